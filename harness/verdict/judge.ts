import type { Join } from '../correlation/join.ts'
import type { RecordedTrial } from '../evidence/record.ts'
import type { Layer, Observation } from '../monitors/observation.ts'
import { tocsin } from '../monitors/tocsin-rule.ts'
import type { Trial } from '../plan/trial.ts'
import type { Expectation } from '../scenario/schema.ts'
import type { Proof } from '../witness/proof.ts'
import { type AttributedObservation, type Fit, fitOf, isNearer } from './expected-alert.ts'
import { alerted, beginning, happened, ms, naming, unproven, untaught } from './reason.ts'
import { unjoined } from './joined.ts'
import { isBesideThePoint, ruleDefect } from './rule-defect.ts'
import { layersOf, recordedAlert } from './seen.ts'
import { type Shortfall, type Strength, strengths } from './verdict.ts'

/** What is known of the monitoring stack for the time of the trial. Times are milliseconds since the epoch. */
export interface StackState {
  /** False when no sentinel was heard after the trial, a monitor broke, or a clock is off. */
  alive: boolean
  /** Why it is not alive, as a clause: `the sensor stopped at 12:00:03`. Null while it is. */
  reason: string | null
  /** Everything that was on the wire until then has been processed, as a heard sentinel shows; null when none does. */
  alertWatermark: number | null
  /** Until when the monitors were read. */
  watchedUntil: number
  /** The monitors' clock minus ours; null when not known, then a record's own time stamp is not held against it. */
  clockOffsetMs: number | null
}

export interface JudgeInput {
  trial: Pick<Trial, 'kind' | 'expect' | 'knownDefects'>
  proof: Proof
  /** What was attributed to this trial, in any order. */
  observations: readonly AttributedObservation[]
  stack: StackState
  /** Longest wait for an alert where the scenario names none. */
  windowMs: number
  /** The monitors that the campaign has, with the layers that each can show. */
  monitors: readonly { name: string; product?: string; layers: readonly Layer[] }[]
  /** Why the trial was not played as planned, as a clause; null when it was. */
  failure?: string | null
  /** Whether records of packets and of processes could be put together, by pair of monitors; none where that is not asked. */
  joins?: readonly Join[]
  /** What the stack was to learn from before, all of it together; absent where the scenario has no baseline. */
  baseline?: { frames: number; found: number; failure: string | null }
}

/** What became of one trial, as it stands in the record. */
export type Judgement = Pick<
  RecordedTrial,
  'verdict' | 'reason' | 'met' | 'shortfall' | 'matchedBy' | 'latencyMs' | 'alerts' | 'layers'
>

/** A record that tells of a time this much before the first frame is about something else (a trial of an earlier run). */
const staleMs = 1000

/** Judges one trial. Pure and total: every input gives exactly one verdict, and lack of evidence never a success. */
export function judge(input: JudgeInput): Judgement {
  const seen = input.observations.filter((each) => each.strength !== 'time' && !isStale(each.observation, input))
  const alerts = seen.filter(({ observation }) => observation.kind === 'alert')
  const decision = input.trial.kind === 'control' ? judgeControl(input, alerts) : judgeStimulus(input, seen)
  return {
    verdict: decision.verdict,
    reason: decision.reason,
    met: decision.met,
    ...(decision.shortfall === undefined ? {} : { shortfall: decision.shortfall }),
    matchedBy: decision.matchedBy ?? null,
    latencyMs: decision.latencyMs ?? null,
    alerts: decidingFirst(decision, alerts).map(({ observation }) => recordedAlert(observation)),
    layers: layersOf(seen),
  }
}

interface Decision extends Pick<Judgement, 'verdict' | 'reason' | 'met' | 'shortfall'> {
  matchedBy?: Strength
  latencyMs?: number
  /** The alert that the verdict rests on. */
  decidedBy?: AttributedObservation
}

/** All alerts of a trial, the one that the verdict rests on in front, though only time may tie it to the trial. */
function decidingFirst({ decidedBy }: Decision, alerts: readonly AttributedObservation[]) {
  return decidedBy ? [decidedBy, ...alerts.filter((alert) => alert !== decidedBy)] : alerts
}

function judgeStimulus(input: JudgeInput, seen: readonly AttributedObservation[]): Decision {
  const { proof } = input
  const candidate = nearest(input)
  // An expected alert for a proven trial is evidence enough, whatever became of the stack afterwards.
  if (isProven(proof) && isTaught(input) && candidate?.fit.kind === 'expected') {
    const { alert, latencyMs } = candidate
    const base = { matchedBy: alert.strength, latencyMs, decidedBy: alert }
    const said = `${alerted(alert.observation)} ${ms(latencyMs)} after ${beginning(proof)}, as expected`
    const apart = unjoined(input.joins ?? [])
    if (apart === null) return { verdict: 'detected', reason: `${said}.`, met: true, ...base }
    const reason = `${said}, but ${apart.reason}`
    return apart.outcome === 'inconclusive'
      ? { verdict: 'inconclusive', reason, met: null, ...base }
      : { verdict: 'partial', shortfall: 'unjoined', reason, met: false, ...base }
  }
  const undecided = whyUndecided(input)
  if (undecided) return undecided
  if (candidate) return partial(candidate, input)
  if (seen.length > 0) return logged(input, seen)
  return missed(input)
}

function missed({ trial, proof, monitors }: JudgeInput): Decision {
  const reason = `${happened(proof)} and the stack was listening, yet it said nothing.`
  // A monitor of other layers alone could not have said anything.
  const asked = expectedLayers(trial.expect)
  const known = monitors
    .filter(({ layers }) => layers.some((layer) => asked.includes(layer)))
    .map(({ product }) => (product === undefined ? undefined : trial.expect.blind?.[product]))
  if (known.length === 0 || known.includes(undefined)) return { verdict: 'missed', reason, met: false }
  const why = [...new Set(known)].join('; ')
  return { verdict: 'missed', reason: `${reason} That is known: ${why}.`, met: true }
}

function judgeControl(input: JudgeInput, alerts: readonly AttributedObservation[]): Decision {
  const [first] = alerts.toSorted((one, other) => one.observation.receivedAt - other.observation.receivedAt)
  const { knownDefects, expect } = input.trial
  const mustNotAlert = expect.alert.length + expect.telemetry.length === 0
  if (isProven(input.proof) && isTaught(input) && first && knownDefects !== undefined) {
    const defect = ruleDefect(alerts, knownDefects)
    // What a scenario does not name is a false alarm on a benign twin, and another defect where no rule should say anything.
    if (defect.met || mustNotAlert) return defect
  }
  if (isProven(input.proof) && isTaught(input) && first) {
    const more = alerts.length > 1 ? `, and ${alerts.length - 1} more` : ''
    const reason = `${alerted(first.observation)} on ${input.proof.subject === 'process' ? 'a harmless process' : 'harmless traffic'}${more}.`
    return { verdict: 'false-alarm', reason, met: false, matchedBy: first.strength, decidedBy: first }
  }
  const undecided = whyUndecided(input)
  if (undecided) return undecided
  const what = mustNotAlert ? 'legal ' : 'harmless '
  const reason = `${happened(input.proof, what)}, the stack was listening, and no alert came.`
  return { verdict: 'quiet', reason, met: true }
}

/** Why nothing can be said: no monitor for it, no proof, or a stack that may not have listened. Null when it can. */
function whyUndecided(input: JudgeInput): Decision | null {
  const { trial, proof, stack, windowMs, monitors, failure, baseline } = input
  const wanted = expectedLayers(trial.expect)
  const has = (layer: Layer) => monitors.some((monitor) => monitor.layers.includes(layer))
  if (monitors.length === 0 || (wanted.length > 0 && !wanted.some(has))) {
    const reason =
      monitors.length === 0
        ? 'No monitor is declared.'
        : `No monitor of the ${naming(wanted)} layer is declared, so nobody could have seen it.`
    return { verdict: 'not-applicable', reason, met: null }
  }
  const because = (reason: string): Decision => ({ verdict: 'inconclusive', reason, met: null })
  if (baseline && !isTaught(input)) return because(untaught(baseline))
  if (!isProven(proof)) return because(unproven(proof, failure ?? null))
  if (!stack.alive) return because(`The stack may not have been listening: ${stack.reason ?? 'no sentinel was heard'}.`)
  const longest = Math.max(windowMs, ...trial.expect.alert.map(({ within }) => within ?? 0))
  const over = stack.watchedUntil >= proof.firstAt + longest
  const passed = stack.alertWatermark !== null && stack.alertWatermark >= proof.lastAt
  if (!over && !passed) {
    const watched = ms(Math.max(0, stack.watchedUntil - proof.firstAt))
    return because(`The stack was read for only ${watched} of the ${ms(longest)} that an alert may take.`)
  }
  return null
}

interface Candidate {
  alert: AttributedObservation
  fit: Fit
  latencyMs: number
}

/**
 * The alert that is nearest to the expected one, of those a rule of the product's own before one of Tocsin's, and of those
 * the first. One that only time ties to the trial and that has another rule is no candidate.
 */
function nearest(input: JudgeInput): Candidate | null {
  const { proof, trial, windowMs } = input
  let best: Candidate | null = null as Candidate | null
  for (const alert of input.observations) {
    if (alert.observation.kind !== 'alert' || isStale(alert.observation, input)) continue
    if (isBesideThePoint(alert.observation, trial)) continue
    const latencyMs = Math.max(0, alert.observation.receivedAt - (proof.firstAt ?? alert.observation.receivedAt))
    const fit = fitOf(alert, latencyMs, trial.expect, windowMs)
    if (fit.kind === 'other-rule' && alert.strength === 'time') continue
    const found = { alert, fit, latencyMs }
    if (best === null || isBetter(found, best)) best = found
  }
  return best
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.fit.kind !== other.fit.kind) return isNearer(one.fit, other.fit)
  const [isOurs, wasOurs] = [one, other].map(({ alert }) => alert.observation.rule?.product === tocsin)
  return isOurs === wasOurs ? one.latencyMs < other.latencyMs : wasOurs === true
}

function partial({ alert, fit, latencyMs }: Candidate, input: JudgeInput): Decision {
  const { expect } = input.trial
  const met = expect.alert.length === 0
  const shortfall: Shortfall = fit.kind === 'expected' ? 'other-rule' : fit.kind
  const base = { verdict: 'partial', met, shortfall, matchedBy: alert.strength, decidedBy: alert } as const
  const said = alerted(alert.observation)
  switch (fit.kind) {
    case 'late':
      return {
        ...base,
        latencyMs,
        reason: `${said}, but ${ms(latencyMs)} after ${beginning(input.proof)}; ${ms(fit.within)} are allowed.`,
      }
    case 'fields':
      return { ...base, latencyMs, reason: `${said} as expected, but without the required ${naming(fit.missing)}.` }
    case 'time-only':
      return { ...base, reason: `${said} as expected, but only its time ties it to this trial.` }
    case 'other-rule':
    case 'expected':
      return expect.alert.length === 0
        ? { ...base, reason: `${said}, though no rule is known for this; read whether it means this anomaly.` }
        : { ...base, reason: `${said}, but that is not the rule that was expected.` }
    default:
      return fit satisfies never
  }
}

function logged({ trial, monitors }: JudgeInput, records: readonly AttributedObservation[]): Decision {
  const seen = layersOf(records)
  const blind = trial.expect.telemetry.filter((layer) => !seen.includes(layer))
  const matchedBy = strengths.find((strength) => records.some((each) => each.strength === strength))
  const unmonitored = (layer: Layer) => !monitors.some((monitor) => monitor.layers.includes(layer))
  const hasDefect = records.some(({ observation }) => observation.kind === 'alert')
  const alert = hasDefect ? 'No alert but of a rule that alerts on the benign twin as well' : 'No alert'
  const also = blind.length === 0 ? '' : `; nothing on the ${naming(blind)} layer`
  return {
    verdict: 'logged',
    reason: `${alert}, but records of it on the ${naming(seen)} layer${also}.`,
    met: trial.expect.alert.length === 0 && blind.every(unmonitored),
    ...(matchedBy === undefined ? {} : { matchedBy }),
  }
}

function isProven(proof: Proof): proof is Proof & { firstAt: number; lastAt: number } {
  return proof.frames > 0 && proof.found >= proof.frames && proof.firstAt !== null && proof.lastAt !== null
}

/** Whether all that the stack was to learn from was on the wire; without it nothing is new or known. */
function isTaught({ baseline }: JudgeInput): boolean {
  return baseline === undefined || (baseline.frames > 0 && baseline.found >= baseline.frames)
}

function isStale({ at, startedAt, receivedAt }: Observation, { proof, stack }: JudgeInput): boolean {
  if (proof.firstAt === null) return false
  if (receivedAt < proof.firstAt - staleMs) return true
  return stack.clockOffsetMs !== null && (startedAt ?? at) - stack.clockOffsetMs < proof.firstAt - staleMs
}

/** Layers that the scenario asks about: of its alerts, or of its telemetry where it expects no alert. */
function expectedLayers({ alert, telemetry }: Expectation): Layer[] {
  return alert.length > 0 ? [...new Set(alert.map(({ layer }) => layer))] : telemetry
}
