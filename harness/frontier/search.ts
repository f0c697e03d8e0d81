import { certainty, fewestTrials } from './certainty.ts'
import type { Frontier, FrontierEdge, FrontierPoint, FrontierSettings } from './frontier.ts'

/** So many trials of one value are wanted. */
export interface Wanted {
  value: number
  trials: number
}

/** What became of them; those that are missing could not be decided. */
export interface Answer {
  value: number
  detected: number
  decided: number
}

/** Plays trials and judges them; in any order. */
export type Ask = (wanted: readonly Wanted[]) => Promise<readonly Answer[]>

export interface SearchOptions extends FrontierSettings {
  ask: Ask
  /** Told after each round of trials, with all points so far. */
  onRound?: (points: readonly FrontierPoint[]) => void
  /** No more is asked once it fires; what is known by then is the result. */
  signal: AbortSignal
}

/** How often trials that could not be decided are played again. */
const retries = 2

/**
 * Finds where the answer changes between `from` and `to`: first values spread over the whole stretch, then ever closer
 * ones wherever two neighbours differ. Each value is tried until its results are sure enough, or `mostTrials` are decided.
 * Needs no order in the answers: where they change more than once, every change is found that the first values show.
 */
export async function searchFrontier(options: SearchOptions): Promise<Frontier> {
  const { from, to, resolution, atOnce, confidence, trials, mostTrials, signal } = options
  const points = new Map<number, FrontierPoint>()
  // Between the two ends at first, so that a bump is not overlooked, however few are tried at once later on.
  let values = [from, ...between(from, to, Math.max(atOnce, 3), options), to]
  while (values.length > 0 && !signal.aborted) {
    await settle(values, points, options)
    const open = changes(points, resolution).filter(({ isExact }) => !isExact)
    values = open
      .flatMap(({ below, above }) => between(below, above, atOnce, options))
      .filter((value) => !points.has(value))
  }
  const sorted = [...points.values()].sort((one, other) => one.value - other.value)
  const edges = changes(points, resolution)
  return {
    from,
    to,
    resolution,
    atOnce,
    confidence,
    trials,
    mostTrials,
    result: resultOf(sorted, edges),
    edges,
    points: sorted,
  }
}

/** Tries values until each is sure, has had its most trials, or cannot be decided. */
async function settle(
  values: readonly number[],
  points: Map<number, FrontierPoint>,
  options: SearchOptions,
): Promise<void> {
  const { ask, onRound, confidence, signal } = options
  const least = Math.max(options.trials, fewestTrials(confidence))
  const most = Math.max(options.mostTrials, least)
  const failures = new Map<number, number>()
  for (const value of values)
    points.set(value, { value, detected: 0, decided: 0, inconclusive: 0, isDetected: null, isSure: false })
  for (;;) {
    const wanted = values.flatMap((value): Wanted[] => {
      const { decided, isSure } = points.get(value) as FrontierPoint
      if (isSure || decided >= most || (failures.get(value) ?? 0) > retries) return []
      const missing = decided < least ? least - decided : Math.min(least, most - decided)
      return [{ value, trials: missing }]
    })
    if (wanted.length === 0 || signal.aborted) return
    const answers = await ask(wanted)
    for (const { value, trials } of wanted) {
      const answer = answers.find((each) => each.value === value) ?? { value, detected: 0, decided: 0 }
      if (answer.decided < trials) failures.set(value, (failures.get(value) ?? 0) + 1)
      points.set(value, added(points.get(value) as FrontierPoint, answer, trials, confidence))
    }
    onRound?.([...points.values()])
  }
}

function added(point: FrontierPoint, answer: Answer, asked: number, confidence: number): FrontierPoint {
  const detected = point.detected + answer.detected
  const decided = point.decided + answer.decided
  const inconclusive = point.inconclusive + asked - answer.decided
  if (decided === 0) return { ...point, inconclusive }
  const { isDetected, sure } = certainty(detected, decided)
  return { value: point.value, detected, decided, inconclusive, isDetected, isSure: sure >= confidence }
}

/** Up to `count` values spread evenly inside a stretch, on the grid that begins at `from`. */
function between(below: number, above: number, count: number, { from, resolution }: FrontierSettings): number[] {
  const steps = Math.round((above - below) / resolution)
  const first = Math.round((below - from) / resolution)
  const places = Array.from({ length: count }, (_, index) => Math.round(((index + 1) * steps) / (count + 1)))
  return [...new Set(places)]
    .filter((place) => place > 0 && place < steps)
    .map((place) => onGrid(from, first + place, resolution))
}

/** Without the noise of binary fractions: 0.1 three times is 0.3. */
function onGrid(from: number, step: number, resolution: number): number {
  return Number((from + step * resolution).toPrecision(12))
}

function changes(points: ReadonlyMap<number, FrontierPoint>, resolution: number): FrontierEdge[] {
  const decided = [...points.values()]
    .filter(({ isDetected }) => isDetected !== null)
    .sort((one, other) => one.value - other.value)
  return decided.flatMap((point, index): FrontierEdge[] => {
    const next = decided[index + 1]
    if (next === undefined || next.isDetected === point.isDetected) return []
    const isExact = next.value - point.value <= resolution * (1 + 1e-9)
    return [{ below: point.value, above: next.value, detectedSide: next.isDetected ? 'above' : 'below', isExact }]
  })
}

function resultOf(points: readonly FrontierPoint[], edges: readonly FrontierEdge[]): Frontier['result'] {
  const decided = points.filter(({ isDetected }) => isDetected !== null)
  if (decided.length === 0) return 'inconclusive'
  if (edges.length > 1) return 'not-monotone'
  if (edges.length === 1) return 'found'
  // The ends were not both decided: what lies beyond the decided ones is not known.
  if (points[0]?.isDetected === null || points.at(-1)?.isDetected === null) return 'inconclusive'
  return decided[0]?.isDetected ? 'always-detected' : 'never-detected'
}
