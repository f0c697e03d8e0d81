/** Between which values the search goes on, and how sure it must be of each. */
export interface FrontierSettings {
  from: number
  to: number
  /** The search ends when a change lies between values no further apart than this. */
  resolution: number
  /** Values tried at the same time inside each stretch where a change lies; 1 is plain bisection. */
  atOnce: number
  /** How sure a value must be, 0.5 to 1: that it is detected more often than not, or that it is not. */
  confidence: number
  /** Decided trials of each value: at first, and at most where its results are mixed. */
  trials: number
  mostTrials: number
}

/** What is known of one value of the parameter. */
export interface FrontierPoint {
  value: number
  detected: number
  /** Trials that could be decided; `detected` of them were. */
  decided: number
  inconclusive: number
  /** Detected more often than not; null when no trial of it could be decided. */
  isDetected: boolean | null
  /** Whether its trials show that with the confidence that was asked for. */
  isSure: boolean
}

/** One change between two neighbouring values that were tried. */
export interface FrontierEdge {
  below: number
  above: number
  /** On which side of it the stack sees the stimulus. */
  detectedSide: 'below' | 'above'
  /** Whether the two are as near to each other as was asked for; no value between them could be decided if not. */
  isExact: boolean
}

/**
 * `found`: one change. `not-monotone`: several, so that no single frontier exists. `always-detected`, `never-detected`:
 * no change among the values tried. `inconclusive`: nothing could be decided.
 */
export const frontierResults = ['found', 'not-monotone', 'always-detected', 'never-detected', 'inconclusive'] as const

/** Where a stack stops seeing a stimulus as one parameter of it changes. */
export interface Frontier extends FrontierSettings {
  result: (typeof frontierResults)[number]
  edges: FrontierEdge[]
  /** By value. */
  points: FrontierPoint[]
}
