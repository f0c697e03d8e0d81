import type { ScenarioFigures } from '../harness/evidence/figures.ts'
import { expected, headline, isKnownGap } from './account.ts'
import { fileHref, hasGap, line, type Oscal, props, some } from './oscal-parts.ts'

/** An observation for everything that was measured: the run as a whole, each anomaly, each benign twin, each kind of legal traffic. */
export function observations(oscal: Oscal) {
  const { scenarios, mustNotAlert } = oscal.figures
  return [
    ofRun(oscal),
    ...scenarios.flatMap((one) => ofScenario(oscal, one)),
    ...mustNotAlert.flatMap((one) => ofTwin(oscal, one, 'Legal traffic')),
  ]
}

/** The UUID of the observation of a scenario's anomaly or of its benign twin. */
export function observationId({ id }: Pick<Oscal, 'id'>, scenario: string, kind: 'stimulus' | 'control'): string {
  return id(`observation ${kind} ${scenario}`)
}

/** The observations of the scenarios that fell short. */
export function gapObservations(oscal: Oscal) {
  return oscal.figures.scenarios.filter(hasGap).flatMap((one) => ofScenario(oscal, one))
}

function ofRun(oscal: Oscal) {
  const { figures, id, record } = oscal
  const { detected, falseAlarms, timeToDetect, outcomes } = figures
  return {
    uuid: id('observation run'),
    title: line(`Run ${record.run.id} as a whole`),
    description: line(headline(figures)),
    props: props({
      ...rateProps('detected', detected),
      ...rateProps('false-alarm', falseAlarms),
      ...rateProps('detected-by-stack-rules', figures.detectedWithoutOurs),
      'ttd-n': timeToDetect.n,
      'ttd-p50-ms': timeToDetect.medianMs,
      'ttd-p95-ms': timeToDetect.p95Ms,
      'ttd-censored': timeToDetect.censored,
      'known-gaps': expected(figures).knownGaps,
      inconclusive: outcomes.inconclusive,
      'not-applicable': outcomes['not-applicable'],
    }),
    ...common(oscal, record.run.endedAt),
    'relevant-evidence': ['run.json', 'trials.jsonl', 'observations.jsonl'].map((file) => ({
      href: file,
      description: `The record of the run: ${file}`,
    })),
  }
}

function ofScenario(oscal: Oscal, one: ScenarioFigures) {
  const { scenario, outcome, met, detected, latencyMs, stimuli, proof } = one
  const exception = oscal.excepted.get(scenario.id)
  const stimulus = {
    uuid: observationId(oscal, scenario.id, 'stimulus'),
    title: line(scenario.title),
    description: line(stimuli.find(({ verdict }) => verdict === outcome)?.reason ?? 'No trial of it was played.'),
    props: props({
      scenario: scenario.id,
      'scenario-digest': scenario.digest,
      verdict: outcome,
      met,
      'known-gap': isKnownGap(one) ? true : null,
      exception: exception?.id,
      'by-rules-of-tocsin': one.byOurs ? true : null,
      ...rateProps('detected', detected),
      'ttd-p50-ms': latencyMs,
      'frames-played': proof.frames,
      'frames-proven': proof.found,
    }),
    ...common(oscal, collected(oscal, stimuli)),
    ...evidence(stimuli),
  }
  return [stimulus, ...ofTwin(oscal, one, 'Benign twin of')]
}

function ofTwin(oscal: Oscal, { scenario, twin, controls }: ScenarioFigures, what: string) {
  if (twin === null) return []
  return [
    {
      uuid: observationId(oscal, scenario.id, 'control'),
      title: line(`${what}: ${scenario.title}`),
      description: line(controls.find(({ verdict }) => verdict === twin)?.reason ?? ''),
      props: props({
        scenario: scenario.id,
        'scenario-digest': scenario.digest,
        verdict: twin,
        trials: controls.length,
      }),
      ...common(oscal, collected(oscal, controls)),
      ...evidence(controls),
    },
  ]
}

function rateProps(name: string, { k, n, interval }: ScenarioFigures['detected']) {
  return {
    [`${name}-k`]: k,
    [`${name}-n`]: n,
    [`${name}-ci-low`]: interval?.low.toFixed(4),
    [`${name}-ci-high`]: interval?.high.toFixed(4),
  }
}

function common({ id }: Oscal, when: string) {
  return {
    methods: ['TEST'],
    origins: [{ actors: [{ type: 'tool', 'actor-uuid': id('tool') }] }],
    subjects: [{ 'subject-uuid': id('stack'), type: 'component' }],
    collected: when,
  }
}

function collected({ record }: Oscal, trials: ScenarioFigures['stimuli']): string {
  return (
    trials
      .flatMap(({ sentAt }) => sentAt ?? [])
      .sort()
      .at(-1) ?? record.run.endedAt
  )
}

function evidence(trials: ScenarioFigures['stimuli']) {
  return some(
    'relevant-evidence',
    trials.flatMap(({ id, evidence: path }) =>
      path === null
        ? []
        : [{ href: fileHref(path), description: line(`Packets of trial ${id} as the witness captured them`) }],
    ),
  )
}
