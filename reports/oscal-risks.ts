import type { ScenarioFigures } from '../harness/evidence/figures.ts'
import { isKnownGap } from './account.ts'
import { observationId } from './oscal-observations.ts'
import { hasGap, line, type Oscal, props } from './oscal-parts.ts'
import { verdictWords } from './verdict-words.ts'

/** A risk for each scenario that fell short; one that an exception covers is `deviation-approved`, and still there. */
export function risks(oscal: Oscal) {
  return oscal.figures.scenarios.filter(hasGap).map((one) => riskOf(oscal, one))
}

/** The UUID of a scenario's risk. */
export function riskId({ id }: Pick<Oscal, 'id'>, scenario: string): string {
  return id(`risk ${scenario}`)
}

/** The observations that belong to a scenario. */
export function related(oscal: Oscal, { scenario, twin }: ScenarioFigures) {
  const kinds = twin === null ? (['stimulus'] as const) : (['stimulus', 'control'] as const)
  return kinds.map((kind) => ({ 'observation-uuid': observationId(oscal, scenario.id, kind) }))
}

/** What fell short, in a sentence. */
export function gapText({ outcome, twin }: ScenarioFigures): string {
  const parts = [
    ...(outcome === 'detected'
      ? []
      : [`the anomaly: ${verdictWords[outcome].word.toLowerCase()}, ${verdictWords[outcome].meaning}`]),
    ...(twin === 'false-alarm' || twin === 'rule-defect' ? [`the benign twin: ${verdictWords[twin].meaning}`] : []),
  ]
  return parts.join('; ') || 'fell short in some of its trials'
}

function riskOf(oscal: Oscal, one: ScenarioFigures) {
  const { scenario } = one
  const exception = oscal.excepted.get(scenario.id)
  return {
    uuid: riskId(oscal, scenario.id),
    title: line(`Gap in detection: ${scenario.title}`),
    description: line(gapText(one)),
    statement: line(
      `In this run the monitoring stack did not do what is asked of it for this scenario. ${scenario.description}`,
    ),
    props: props({
      scenario: scenario.id,
      'known-gap': isKnownGap(one) ? true : null,
      exception: exception?.id,
      ticket: exception?.ticket,
    }),
    status: exception ? 'deviation-approved' : 'open',
    origins: [{ actors: [{ type: 'tool', 'actor-uuid': oscal.id('tool') }] }],
    ...(exception
      ? {
          'mitigating-factors': [
            { uuid: oscal.id(`mitigation ${scenario.id}`), description: line(exception.compensatingControl) },
          ],
          deadline: `${exception.expires}T23:59:59Z`,
        }
      : {}),
    'related-observations': related(oscal, one),
  }
}
