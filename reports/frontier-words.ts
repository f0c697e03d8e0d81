import type { RecordedFrontier } from '../harness/evidence/record.ts'
import { type Rate, share } from '../harness/evidence/figures.ts'
import { counted, listed, rate } from './format.ts'

/** One value that was tried, as the record has it. */
export type FrontierPoint = RecordedFrontier['points'][number]
type FrontierEdge = RecordedFrontier['edges'][number]

/** Where the stack stops seeing the scenario, in a sentence or two. */
export function frontierHeadline(found: RecordedFrontier): string {
  const { result, edges, from, to, parameter } = found
  const what = `${found.scenario} by ${parameter}`
  switch (result) {
    case 'found':
      return `${what}: ${edges.map((edge) => edgeWords(edge)).join('')}.`
    case 'not-monotone':
      return `${what}: there is no single limit, for the answer changes ${edges.length} times: ${listed(edges.map((edge) => edgeWords(edge)))}.`
    case 'always-detected':
      return `${what}: the stack detects every value that was tried, from ${from} to ${to}. If there is a limit, it lies outside.`
    case 'never-detected':
      return `${what}: the stack detects none of the values that were tried, from ${from} to ${to}. If there is a limit, it lies outside.`
    case 'inconclusive':
      return `${what}: no conclusion, for too little could be decided.`
    default:
      return result satisfies never
  }
}

function edgeWords({ below, above, detectedSide, isExact }: FrontierEdge): string {
  const [seen, unseen] = detectedSide === 'above' ? [above, below] : [below, above]
  const [reach, other] = detectedSide === 'above' ? ['above', 'below'] : ['below', 'above']
  const words = `the stack detects it at ${seen} and ${reach}, and not at ${unseen} and ${other}`
  return isExact ? words : `${words}; between the two nothing could be decided`
}

/** What must be known to read the result rightly, one sentence or two each. */
export function frontierNotes(found: RecordedFrontier): string[] {
  const { points, confidence, resolution, usual, trials, mostTrials } = found
  const mixed = points.filter(({ isDetected, isSure }) => isDetected !== null && !isSure)
  const open = points.filter(({ isDetected }) => isDetected === null)
  const again = points.reduce((sum, { inconclusive }) => sum + inconclusive, 0)
  return [
    `A value counts as detected when its trials show with a confidence of ${Number((confidence * 100).toPrecision(4))}%, for that value alone, that it is detected more often than not, and as not detected likewise. It was tried ${trials} times at first, and up to ${mostTrials} times where results were mixed.`,
    `Only the values in the table were tried; neighbours of an edge are ${resolution} apart. What is said of values further out holds as far as they were tried.`,
    ...(usual === null ? [] : [`The scenario itself has ${String(usual)}.`]),
    ...(mixed.length > 0
      ? [
          `Mixed results, so that the majority decided: ${listed(mixed.map(({ value, detected, decided }) => `${value} (${detected} of ${decided})`))}.`,
        ]
      : []),
    ...(open.length > 0 ? [`Not to be decided: ${listed(open.map(({ value }) => String(value)))}.`] : []),
    ...(again > 0 ? [`${counted(again, 'trial')} could not be decided, and others were played in their place.`] : []),
  ]
}

/** What one value showed. */
export function pointWords({ isDetected, isSure }: FrontierPoint): string {
  if (isDetected === null) return 'could not be judged'
  const word = isDetected ? 'detects it' : 'does not detect it'
  return isSure ? word : `${word}, by majority`
}

/** `5 of 5 (100%; 95% interval 56.6% to 100%)`. */
export function pointRate({ detected, decided }: FrontierPoint): string {
  return rate(
    share(
      Array.from({ length: decided }, (_, index) => index < detected),
      Boolean,
    ),
  )
}

/** k of n with its interval. */
export function pointShare({ detected, decided }: FrontierPoint): Rate {
  return share(
    Array.from({ length: decided }, (_, index) => index < detected),
    (hit) => hit,
  )
}
