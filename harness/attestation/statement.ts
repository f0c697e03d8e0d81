import { figures, type ScenarioFigures } from '../evidence/figures.ts'
import type { CampaignRecord, Run } from '../evidence/record.ts'
import { mustNotAlert } from '../evidence/summary.ts'
import { manifestName } from './manifest.ts'

/** Of the in-toto attestation framework, test results 0.1. */
const predicateType = 'https://in-toto.io/attestation/test-result/v0.1'

type Result = 'passed' | 'warned' | 'failed'

/** What is signed: an in-toto Statement v1 that the run with this manifest had these results. `digest` is SHA-256, hex. */
export function statementOf(record: CampaignRecord, digest: string) {
  const all = figures(record)
  const scenarios = [...all.scenarios, ...all.mustNotAlert]
  const named = (result: Result) =>
    scenarios.filter((one) => resultOf(one) === result).map(({ scenario }) => scenario.id)
  const [passedTests, warnedTests, failedTests] = [named('passed'), named('warned'), named('failed')]
  const nothing = passedTests.length === 0
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: manifestName, digest: { sha256: digest } }],
    predicateType,
    predicate: {
      result:
        failedTests.length > 0
          ? 'FAILED'
          : warnedTests.length > 0 || nothing || record.run.incomplete
            ? 'WARNED'
            : 'PASSED',
      configuration: configuration(record.run),
      passedTests,
      warnedTests,
      failedTests,
    },
  }
}

/**
 * What a scenario is to in-toto: a gap that was not known beforehand has failed; a known gap, another alert than
 * expected and what could not be decided is a warning, never passed. Null where no monitor was there to see it.
 */
export function resultOf(one: ScenarioFigures): Result | null {
  const { scenario, outcome, met, twin, controls } = one
  const isUnknownDefect = controls.some((trial) => trial.verdict === 'rule-defect' && trial.met === false)
  if (met === false || twin === 'false-alarm' || isUnknownDefect) return 'failed'
  if (mustNotAlert(scenario)) return twin === 'quiet' ? 'passed' : twin === 'not-applicable' ? null : 'warned'
  if (outcome === 'not-applicable') return null
  return outcome === 'detected' && twin !== 'inconclusive' && twin !== 'rule-defect' ? 'passed' : 'warned'
}

/** in-toto resource descriptors of what the results depend on. */
function configuration({ campaign, ruleSet, images, scenarios }: Run) {
  const parts: [string, string][] = [
    ['campaign', campaign.digest],
    ...(ruleSet ? [[`rules: ${ruleSet.name} ${ruleSet.version}`, ruleSet.digest] as [string, string]] : []),
    ...images.map(({ name, digest }): [string, string] => [`image: ${name}`, digest]),
    ...scenarios.map(({ file, digest }): [string, string] => [`scenario: ${file}`, digest]),
  ]
  return parts.flatMap(([name, digest]) => {
    const sha256 = digest.replace(/^sha256:/, '')
    return /^[0-9a-f]{64}$/.test(sha256) ? [{ name, digest: { sha256 } }] : []
  })
}
