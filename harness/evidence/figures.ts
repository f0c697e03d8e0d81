import type { Layer } from '../monitors/observation.ts'
import { layers } from '../monitors/observation.ts'
import { tocsin } from '../monitors/tocsin-rule.ts'
import { type ControlVerdict, controlVerdicts, type StimulusVerdict, stimulusVerdicts } from '../verdict/verdict.ts'
import { clopperPearson, wilson } from '../verdict/stats.ts'
import { type JoinFigures, joinFigures } from './join-figures.ts'
import { mustNotAlert } from './summary.ts'
import type { CampaignRecord, RecordedAlert, RecordedScenario, RecordedTrial, Run } from './record.ts'
import { type TimeToDetect, timeToDetect } from './time-to-detect.ts'

/** k of n with its Wilson 95% interval; `interval` is null where n is 0: nothing was measured. */
export interface Rate {
  k: number
  n: number
  interval: { low: number; high: number } | null
}

/** How one telemetry layer did on one scenario. */
export interface LayerSight {
  layer: Layer
  /** Some monitor of the campaign says that it sees this layer. */
  monitored: boolean
  /** The scenario says that this layer should see it. */
  expected: boolean
  /** In how many of the decided stimulus trials it saw the trial. */
  seen: number
  of: number
}

/** One scenario, its trials of all cases taken together: the unit of every rate. */
export interface ScenarioFigures {
  scenario: RecordedScenario
  stimuli: RecordedTrial[]
  controls: RecordedTrial[]
  /** The worst of the decided trials; `inconclusive` when none is a gap and one could not be decided, or none was played. */
  outcome: StimulusVerdict
  /** Whether the expectation was met in every decided trial; null when the outcome is inconclusive or not applicable. */
  met: boolean | null
  /** The worst of the control trials, in the same way; null when there is none. */
  twin: ControlVerdict | null
  /** Detected trials of decided trials. */
  detected: Rate
  /** Detected, but in some trial by nothing else than a rule that Tocsin brought along. */
  byOurs: boolean
  /** Its twin raised an alarm, but every alert of it was one of Tocsin's own rules. */
  twinByOurs: boolean
  /**
   * Whether some case of it was detected in neither all nor none of its decided trials: the same bytes, and another
   * answer. Two cases that are each of one kind are no flaky scenario.
   */
  isFlaky: boolean
  /** Over the decided trials. */
  timeToDetect: TimeToDetect
  proof: { frames: number; found: number }
  /** Median of the trials that have one, milliseconds. */
  latencyMs: number | null
  layers: LayerSight[]
}

/** Rates of one group of scenarios. */
export interface Group {
  name: string
  scenarios: number
  detected: Rate
  /** The same without Tocsin's own rules. */
  detectedWithoutOurs: Rate
  met: Rate
}

/** Every figure that a report shows, from the record alone. Undecided scenarios are in no denominator. */
export interface Figures {
  /** The anomalies. */
  scenarios: ScenarioFigures[]
  /** Legal traffic that must not alert: only `twin` and `controls` say anything of it. It is in no other figure. */
  mustNotAlert: ScenarioFigures[]
  detected: Rate
  /** The same without the detections that rest on Tocsin's own rules. */
  detectedWithoutOurs: Rate
  /** Scenarios that gave what they ask for at least. */
  met: Rate
  /** Scenarios with an alert or at least telemetry. */
  seen: Rate
  /** Scenarios whose control raised an alarm. */
  falseAlarms: Rate
  /** The same without the alarms of Tocsin's own rules. */
  falseAlarmsWithoutOurs: Rate
  /** Whether Tocsin's own rules were loaded, or one of them raised an alert. */
  hasOurs: boolean
  outcomes: Record<StimulusVerdict, number>
  twins: Record<ControlVerdict, number>
  timeToDetect: TimeToDetect
  clauses: Group[]
  techniques: Group[]
  layers: { layer: Layer; monitored: boolean; seen: Rate; expected: Rate }[]
  /** How often packets and processes could be put together, by pair of monitors; empty where nothing asks for it. */
  joins: JoinFigures[]
  /** Alerts that belong to no trial. */
  unattributedAlerts: number
}

/** Computes the figures. Pure. */
export function figures({ run, trials, unattributedAlerts }: CampaignRecord): Figures {
  const byScenario = new Map<string, RecordedTrial[]>(run.scenarios.map(({ id }) => [id, []]))
  for (const trial of trials) byScenario.get(trial.scenario)?.push(trial)
  const all = run.scenarios.map((scenario) => ofScenario(scenario, byScenario.get(scenario.id) ?? [], run))
  const scenarios = all.filter(({ scenario }) => !mustNotAlert(scenario))
  const decided = scenarios.filter(isDecided)
  const twinsDecided = scenarios.filter(({ twin }) => twin === 'quiet' || twin === 'false-alarm')
  const techniques = [...new Set(scenarios.flatMap(({ scenario }) => scenario.attack.techniques))].sort()
  return {
    scenarios,
    mustNotAlert: all.filter(({ scenario }) => mustNotAlert(scenario)),
    detected: share(decided, isDetected),
    detectedWithoutOurs: share(decided, isDetectedWithoutOurs),
    met: share(decided, ({ met }) => met === true),
    seen: share(decided, ({ outcome }) => outcome !== 'missed'),
    falseAlarms: share(twinsDecided, ({ twin }) => twin === 'false-alarm'),
    falseAlarmsWithoutOurs: share(twinsDecided, ({ twin, twinByOurs }) => twin === 'false-alarm' && !twinByOurs),
    hasOurs: run.ruleSet?.tocsin !== undefined || trials.some(({ alerts }) => alerts.some(isOurs)),
    outcomes: tally(stimulusVerdicts, scenarios, ({ outcome }) => outcome),
    twins: tally(controlVerdicts, scenarios, ({ twin }) => twin),
    timeToDetect: timeToDetect(
      scenarios
        .filter(({ scenario }) => scenario.expected === 'detected')
        .flatMap(({ stimuli }) => stimuli.filter(decides)),
      run.campaign.windowMs,
    ),
    clauses: [...new Set(scenarios.map(({ scenario }) => scenario.clause))].sort().map((name) =>
      group(
        name,
        scenarios.filter(({ scenario }) => scenario.clause === name),
      ),
    ),
    techniques: techniques.map((name) =>
      group(
        name,
        scenarios.filter(({ scenario }) => scenario.attack.techniques.includes(name)),
      ),
    ),
    layers: layers.map((layer) => ofLayer(layer, decided, run)),
    joins: joinFigures(trials),
    unattributedAlerts,
  }
}

/** True when the outcome says something about the stack. */
export function isDecided({ outcome }: Pick<ScenarioFigures, 'outcome'>): boolean {
  return outcome !== 'inconclusive' && outcome !== 'not-applicable'
}

/** k of n of a list, with its interval. */
export function share<T>(list: readonly T[], holds: (item: T) => boolean): Rate {
  const k = list.filter(holds).length
  return { k, n: list.length, interval: list.length === 0 ? null : wilson(k, list.length) }
}

/** Clopper and Pearson's exact 95% interval of a rate; null where nothing was measured. */
export function exactInterval({ k, n }: Pick<Rate, 'k' | 'n'>): { low: number; high: number } | null {
  return n === 0 ? null : clopperPearson(k, n)
}

function ofScenario(scenario: RecordedScenario, trials: RecordedTrial[], run: Run): ScenarioFigures {
  const stimuli = trials.filter(({ kind }) => kind === 'stimulus')
  const controls = trials.filter(({ kind }) => kind === 'control')
  const outcome = (worst(stimuli, ['missed', 'logged', 'partial', 'inconclusive', 'detected', 'not-applicable']) ??
    'inconclusive') as StimulusVerdict
  const decided = stimuli.filter(decides)
  const alarms = controls.flatMap(({ alerts }) => alerts)
  const latencies = decided.flatMap(({ latencyMs }) => latencyMs ?? []).sort((a, b) => a - b)
  return {
    scenario,
    stimuli,
    controls,
    outcome,
    met: isDecided({ outcome }) ? decided.every(({ met }) => met === true) : null,
    twin: worst(controls, [
      'false-alarm',
      'rule-defect',
      'inconclusive',
      'quiet',
      'not-applicable',
    ]) as ControlVerdict | null,
    detected: share(decided, isDetectedTrial),
    isFlaky: isFlaky(decided),
    timeToDetect: timeToDetect(decided, run.campaign.windowMs),
    byOurs:
      outcome === 'detected' && decided.some(({ alerts: [deciding] }) => deciding !== undefined && isOurs(deciding)),
    twinByOurs: alarms.length > 0 && alarms.every(isOurs),
    proof: {
      frames: stimuli.reduce((sum, { proof }) => sum + proof.frames, 0),
      found: stimuli.reduce((sum, { proof }) => sum + proof.found, 0),
    },
    latencyMs: latencies[Math.ceil(latencies.length / 2) - 1] ?? null,
    layers: layers.map((layer) => ({
      layer,
      monitored: monitored(layer, run),
      expected: scenario.telemetry.includes(layer),
      seen: decided.filter((trial) => trial.layers.includes(layer)).length,
      of: decided.length,
    })),
  }
}

/** Whether an alert comes from a rule that Tocsin brought along. */
export function isOurs({ product }: Pick<RecordedAlert, 'product'>): boolean {
  return product === tocsin
}

function isDetected({ outcome }: ScenarioFigures): boolean {
  return outcome === 'detected'
}

function isDetectedWithoutOurs({ outcome, byOurs }: ScenarioFigures): boolean {
  return outcome === 'detected' && !byOurs
}

function isFlaky(decided: readonly RecordedTrial[]): boolean {
  const first = new Map<string, boolean>()
  return decided.some((trial) => {
    const known = first.get(trial.case) ?? isDetectedTrial(trial)
    first.set(trial.case, known)
    return known !== isDetectedTrial(trial)
  })
}

function isDetectedTrial({ verdict }: RecordedTrial): boolean {
  return verdict === 'detected'
}

function decides({ verdict }: RecordedTrial): boolean {
  return verdict !== 'inconclusive' && verdict !== 'not-applicable'
}

function worst(
  trials: readonly RecordedTrial[],
  order: readonly RecordedTrial['verdict'][],
): RecordedTrial['verdict'] | null {
  return order.find((verdict) => trials.some((trial) => trial.verdict === verdict)) ?? null
}

function monitored(layer: Layer, run: Run): boolean {
  return run.monitors.some((monitor) => monitor.layers.includes(layer))
}

function ofLayer(layer: Layer, decided: readonly ScenarioFigures[], run: Run): Figures['layers'][number] {
  const sights = decided
    .map((one) => one.layers.find((sight) => sight.layer === layer))
    .filter((sight) => sight !== undefined)
  const sees = ({ seen, of }: LayerSight) => of > 0 && seen === of
  return {
    layer,
    monitored: monitored(layer, run),
    seen: share(sights, sees),
    expected: share(
      sights.filter(({ expected }) => expected),
      sees,
    ),
  }
}

function group(name: string, scenarios: readonly ScenarioFigures[]): Group {
  const decided = scenarios.filter(isDecided)
  return {
    name,
    scenarios: scenarios.length,
    detected: share(decided, isDetected),
    detectedWithoutOurs: share(decided, isDetectedWithoutOurs),
    met: share(decided, ({ met }) => met === true),
  }
}

function tally<Name extends string, T>(
  names: readonly Name[],
  list: readonly T[],
  of: (item: T) => Name | null,
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, list.filter((item) => of(item) === name).length])) as Record<
    Name,
    number
  >
}
