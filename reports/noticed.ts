import type { Figures } from '../harness/evidence/figures.ts'
import { type ScenarioClass, scenarioClasses } from './scenario-classes.ts'

/** Classes of anomalies by what is made of them, for a reader who has one page. */
export interface Noticed {
  /** Of which every scenario was detected, the largest first. */
  all: ScenarioClass[]
  /** Of which at least one was not detected, those with the most gaps first. */
  gaps: ScenarioClass[]
}

/** What the stack can notice and what it cannot. Classes of which nothing was decided are in neither. Pure. */
export function noticed(figures: Pick<Figures, 'scenarios'>): Noticed {
  const measured = scenarioClasses(figures).filter(({ detected }) => detected.n > 0)
  const missing = ({ detected }: ScenarioClass) => detected.n - detected.k
  return {
    all: measured.filter((each) => missing(each) === 0).sort((one, other) => other.detected.n - one.detected.n),
    gaps: measured.filter((each) => missing(each) > 0).sort((one, other) => missing(other) - missing(one)),
  }
}
