import { type Figures, isDecided, type Rate, type ScenarioFigures, share } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { mustNotAlert } from '../harness/evidence/summary.ts'
import { baselineWords } from './baseline.ts'
import { leastForP95, type TimeToDetect } from '../harness/evidence/time-to-detect.ts'
import { counted, listed, moment, percent, rate, shellQuoted, time } from './format.ts'
import { consoleWords } from './console-words.ts'
import { redactionWords } from './redaction-words.ts'

/** The largest share of undecided scenarios with which a campaign still says something. */
const mostUndecided = 0.1

/** Scenarios by whether what came of them was to be expected. Undecided ones are in none of it. */
export interface Expected {
  /** Detected, of those that should raise an alert. */
  alerts: Rate
  /** Not detected, as the scenario says beforehand: no rule is known for it, or the product is known to be blind. */
  knownGaps: number
  /** Came short of what the scenario asks for. */
  surprises: number
}

/** Sorts the scenarios into what was to be expected and what was not. */
export function expected({ scenarios }: Pick<Figures, 'scenarios'>): Expected {
  const decided = scenarios.filter(isDecided)
  return {
    alerts: share(
      decided.filter(({ scenario }) => scenario.expected === 'detected'),
      ({ outcome }) => outcome === 'detected',
    ),
    knownGaps: decided.filter(isKnownGap).length,
    surprises: decided.filter(({ met }) => met === false).length,
  }
}

/** True for a gap that the scenario itself names beforehand. */
export function isKnownGap({ outcome, met }: Pick<ScenarioFigures, 'outcome' | 'met'>): boolean {
  return met === true && outcome !== 'detected'
}

/** The result in a few sentences: what was tried, noticed and not, and whether that was to be expected. */
export function headline(figures: Figures): string {
  const { detected, outcomes, falseAlarms, scenarios } = figures
  const { inconclusive, 'not-applicable': unmonitored } = outcomes
  const twins =
    falseAlarms.n === 0
      ? 'No benign twin was measured.'
      : `${falseAlarms.k === 0 ? 'None' : falseAlarms.k} of ${counted(falseAlarms.n, 'benign twin')} raised a false alarm.`
  const all = counted(scenarios.length, 'scenario')
  const defects = ruleDefects(figures)
  if (scenarios.length === 0 && defects !== '') return `No anomaly was played. ${defects}`
  if (detected.n === 0)
    return [`No conclusion: none of ${all} could be decided.`, twins, defects].filter(Boolean).join(' ')
  const open = inconclusive > mostUndecided * scenarios.length
  const undecided = detected.n < scenarios.length
  return [
    open ? `No conclusion: ${inconclusive} of ${all} could not be decided.` : '',
    `The stack detected ${detected.k} of ${open ? `the ${detected.n}` : counted(detected.n, 'scenario')}${undecided ? ' that could be decided' : ''} (${percent(detected.k / detected.n)})${short(outcomes)}.`,
    ours(figures),
    expectation(figures),
    !open && inconclusive > 0 ? `${inconclusive} could not be decided.` : '',
    unmonitored > 0 ? `${unmonitored} had no monitor to see ${unmonitored === 1 ? 'it' : 'them'}.` : '',
    twins,
    defects,
  ]
    .filter(Boolean)
    .join(' ')
}

/** How much of the result rests on rules that Tocsin brought along; empty when none of it does. */
function ours({ detected, detectedWithoutOurs: shipped }: Figures): string {
  const count = detected.k - shipped.k
  if (count === 0) return ''
  return `${count === detected.k ? 'All of these detections rest' : `${count} of these detections ${count === 1 ? 'rests' : 'rest'}`} on Tocsin’s own rules alone; without them it detected ${shipped.k} (${percent(shipped.k / shipped.n)}).`
}

/** What came of legal traffic that rules are known to misfire on; empty when none was played. */
function ruleDefects({ mustNotAlert, scenarios }: Figures): string {
  const twins = scenarios.filter(({ twin }) => twin === 'rule-defect').length
  const onTwins =
    twins === 0 ? '' : `On ${counted(twins, 'benign twin')} only rules alerted that are known to be wrong there.`
  if (mustNotAlert.length === 0) return onTwins
  const defects = mustNotAlert.filter(({ twin }) => twin === 'rule-defect').length
  const kinds = counted(mustNotAlert.length, 'kind')
  return [`Rules alerted on ${defects === 0 ? 'none' : defects} of ${kinds} of traffic that is legal.`, onTwins]
    .filter(Boolean)
    .join(' ')
}

function short({ partial, logged, missed }: Figures['outcomes']): string {
  const parts = [
    partial > 0 ? `gave another alert than expected for ${partial}` : '',
    logged > 0 ? `only logged ${logged}` : '',
    missed > 0 ? `said nothing of ${missed}` : '',
  ].filter(Boolean)
  return parts.length === 0 ? '' : `; it ${listed(parts)}`
}

function expectation(figures: Figures): string {
  const { alerts, knownGaps, surprises } = expected(figures)
  const asked =
    alerts.n === 0
      ? 'None of them should raise an alert'
      : alerts.k === alerts.n
        ? `All ${alerts.n} that should raise an alert did`
        : `${alerts.k} of ${alerts.n} that should raise an alert did`
  const known =
    knownGaps === 0
      ? ''
      : `${surprises === 0 ? 'the ' : ''}${counted(knownGaps, 'gap')} ${knownGaps === 1 ? 'was' : 'were'} known beforehand`
  const unknown = surprises === 0 ? '' : `${surprises} fell short of what was expected`
  return `${[asked, known, unknown].filter(Boolean).join('; ')}.`
}

/** What stands beside the rate of detection so that it is not read as more than it is; empty when all were decided. */
export function undecidedNote({ outcomes, scenarios, detected }: Figures): string {
  const open = scenarios.length - detected.n
  return open === 0
    ? ''
    : `${open} of ${scenarios.length} not counted: ${outcomes.inconclusive} inconclusive, ${outcomes['not-applicable']} not applicable`
}

/** How the campaign was done, one paragraph each. */
export function method(record: CampaignRecord): string[] {
  const { run } = record
  const learnt = baselineWords(record)
  const monitors = run.monitors
    .map(({ name, type, version }) => `${name} (${type}${version ? ` ${version}` : ''})`)
    .join(', ')
  return [
    'Each scenario is one anomaly and one benign twin: the same protocol, done right. Both were played between two containers on a closed network, each trial with addresses, ports and a marker that no other trial has, so that an alert can be tied to the trial that caused it.',
    ...(run.scenarios.some(mustNotAlert)
      ? [
          'Beside them stands legal traffic on which rules are known to alert. An alert on it is a defect of the rule: it counts neither as a detection nor as a false alarm, and is in no rate.',
        ]
      : []),
    'An independent capture beside the sensor is the proof that a trial happened: every frame of it must be found there, byte for byte; of a process, that an observer outside of it found it at its end of the connection. A trial without that proof is inconclusive, never missed.',
    `Before and after the trials a sentinel was played, a stimulus that the stack is known to alert on. Its alert proves that the whole chain was alive; trials that no sentinel vouches for are inconclusive.`,
    `The monitors read were: ${monitors || 'none'}. An alert counts when it is tied to the trial by marker, flow, address pair or MAC address, names a rule that the scenario expects (any rule, if it names none), and comes within the window of ${time(run.campaign.windowMs)} or the scenario's own. Time alone never makes a detection.`,
    ...(run.ruleSet?.tocsin
      ? [
          `Besides the ${counted(run.ruleSet.active, 'rule')} that Suricata ships, ${counted(run.ruleSet.tocsin.active, 'rule')} of Tocsin’s own ${run.ruleSet.tocsin.active === 1 ? 'was' : 'were'} loaded, for scans, floods and other patterns for which none is shipped. A detection rests on them where no expected alert of a shipped rule came; such detections, and alarms that only they raised, are marked and counted apart. The same people wrote these rules and the scenarios: such a detection shows that the whole way to an alert works, not that a stack without these rules would notice.`,
        ]
      : []),
    ...(learnt === null ? [] : [learnt]),
    'The unit of the rates is the scenario: all its cases and trials together, judged by the worst of them. Inconclusive and not applicable scenarios are counted apart and are in no denominator. Intervals are Wilson intervals at 95%. Time to detect runs from the first frame on the wire to the alert in our hands, over the trials that ask for an alert; a trial without one counts as longer than the window.',
  ]
}

/** What the figures do not say. */
export function limitations({ run }: CampaignRecord, { timeToDetect, detected }: Figures): string[] {
  const embedded = run.monitors.some((monitor) => monitor.embedded)
  return [
    ...redactionWords(run.redaction),
    ...consoleWords(run.console),
    'A sandbox is not production: the same sensor and rules may behave otherwise under real load, real addresses, encryption or packet loss.',
    ...(embedded
      ? [
          'The monitoring stack was one that Tocsin started itself. The figures say nothing of any stack that an organisation runs.',
        ]
      : []),
    'The scenarios were chosen, not drawn at random. The rates hold for these scenarios; they must not be carried over to all attacks, and the intervals say only how firm the rates are for a set of this size.',
    `The result holds for the software, rules and settings named under Environment, as they were on ${run.startedAt.slice(0, 10)}.`,
    ...(run.baseline
      ? [
          'What is called new was new to a stack that had seen a few seconds of ordinary traffic. How a stack behaves that has learnt for weeks from a whole network is not shown, nor whether it would have learnt the anomaly from what others do there.',
        ]
      : []),
    'Nothing is said about what people do with an alert.',
    'A technique is named for orientation. Only AN1999 with T1595.002 is MITRE’s own mapping; every other one is marked with its basis. One scenario that is detected does not mean that the technique is.',
    ...(detected.n > 0 && detected.n < 20
      ? [
          `Only ${counted(detected.n, 'scenario was', 'scenarios were')} decided: the interval is wide, and small differences mean nothing.`,
        ]
      : []),
    ...(timeToDetect.negative > 0
      ? [
          `${counted(timeToDetect.negative, 'alert is', 'alerts are')} stamped before the first frame of the trial: the clocks disagree, so times to detect are not to be trusted.`,
        ]
      : []),
    'This report cannot show that it is unchanged. Only `tocsin verify`, with the signer’s public key, tells whether the run folder was signed and is as it was; a folder that is not signed can be changed by whoever can write to it.',
  ]
}

/** The command that plays the same trials again: same order, markers, addresses and ports. */
export function command({ run }: CampaignRecord): string {
  const { arguments: given, seed } = run.campaign
  return ['tocsin', ...(given ?? ['run']), '--seed', seed].map(shellQuoted).join(' ')
}

/** Time to detect in words: the median, how late the latest are, and over how many trials. */
export interface TimeWords {
  median: string
  /** `95th percentile`, or with too few trials for one, `longest`. */
  lateName: string
  late: string
  basis: string
}

/** A trial without an alert counts as longer than the window, so that a stack that misses is never the faster one. */
export function timeToDetectWords({ timeToDetect: t }: { timeToDetect: TimeToDetect }): TimeWords {
  const lateName = t.n >= leastForP95 ? '95th percentile' : 'longest'
  if (t.n === 0) return { median: 'not measured', lateName, late: 'not measured', basis: 'no trial asks for an alert' }
  const over = `longer than ${time(t.windowMs)}`
  const late = t.n >= leastForP95 ? t.p95Ms : t.censored > 0 ? null : t.maxMs
  const range = t.minMs !== null && t.maxMs !== null ? `; ${time(t.minMs)} to ${time(t.maxMs)}` : ''
  return {
    median: t.medianMs === null ? over : time(t.medianMs),
    lateName,
    late: late === null ? over : time(late),
    basis: `${counted(t.n, 'trial')}, ${t.censored === 0 ? 'all alerted' : `${t.censored} without an alert in time`}${range}`,
  }
}

/** Scenarios with more than one decided trial of a case: those of which a rate can be told. */
export function repeated({ scenarios }: Pick<Figures, 'scenarios'>): ScenarioFigures[] {
  return scenarios.filter(({ stimuli, detected }) => detected.n > 1 && stimuli.some(({ trial }) => trial > 1))
}

/** Scenarios that were detected in some trials and not in others, by how uncertain they are. */
export function flaky({ scenarios }: Pick<Figures, 'scenarios'>): ScenarioFigures[] {
  const doubt = ({ detected: { k, n } }: ScenarioFigures) => Math.abs(k / n - 0.5)
  return scenarios.filter(({ isFlaky }) => isFlaky).sort((one, other) => doubt(one) - doubt(other))
}

/** The authorisation in words. */
export function authorisation({ run }: CampaignRecord): string {
  const given = run.authorisation
  if (!given) return 'none recorded'
  const expired = run.startedAt.slice(0, 10) > given.validUntil ? ' — it had run out when the campaign started' : ''
  return `${given.by}, reference ${given.reference}, valid until ${given.validUntil}${expired}`
}

/** When it was played and how long it took. */
export function played({ run }: CampaignRecord): string {
  return `${moment(run.startedAt)}, for ${time(Math.max(0, Date.parse(run.endedAt) - Date.parse(run.startedAt)))}`
}

function legalTraffic({ mustNotAlert }: Figures): [string, string][] {
  if (mustNotAlert.length === 0) return []
  const defects = mustNotAlert.filter(({ twin }) => twin === 'rule-defect').length
  return [['Legal traffic on which a rule alerted', `${defects} of ${mustNotAlert.length}`]]
}

/** The figures by name and value, for formats that have no layout. */
export function keyFigures(figures: Figures): [string, string][] {
  const ttd = timeToDetectWords(figures)
  return [
    ['Scenarios detected', rate(figures.detected)],
    ...without(figures, 'Scenarios detected without Tocsin’s own rules', figures.detectedWithoutOurs),
    ['Scenarios detected, of those that should raise an alert', rate(expected(figures).alerts)],
    ['Known gaps', String(expected(figures).knownGaps)],
    ['Scenarios that fell short of their expectation', String(expected(figures).surprises)],
    ['Scenarios seen at all (alert or telemetry)', rate(figures.seen)],
    ['Benign twins that raised a false alarm', rate(figures.falseAlarms)],
    ...without(
      figures,
      'Benign twins that raised a false alarm, without Tocsin’s own rules',
      figures.falseAlarmsWithoutOurs,
    ),
    ...legalTraffic(figures),
    ...figures.joins.map(({ network, process, joined }): [string, string] => [
      `Connections whose process is told by ${network} with ${process}`,
      rate(joined),
    ]),
    ['Scenarios inconclusive', String(figures.outcomes.inconclusive)],
    ['Scenarios not applicable', String(figures.outcomes['not-applicable'])],
    ['Time to detect, median', `${ttd.median} (${ttd.basis})`],
    [`Time to detect, ${ttd.lateName}`, ttd.late],
    ...(repeated(figures).length > 0 ? [['Flaky scenarios', String(flaky(figures).length)] as [string, string]] : []),
    ['Alerts that belong to no trial', String(figures.unattributedAlerts)],
  ]
}

function without({ hasOurs }: Figures, name: string, value: Rate): [string, string][] {
  return hasOurs ? [[name, rate(value)]] : []
}
