/** The normal quantile of a two-sided 95% interval. */
const z = 1.959963984540054

/**
 * Wilson score interval, 95%, of a rate of k in n (E. B. Wilson, 1927). Both ends are within 0 and 1.
 * @throws RangeError unless 0 <= k <= n and n > 0.
 */
export function wilson(k: number, n: number): { low: number; high: number } {
  if (!(n > 0 && k >= 0 && k <= n)) throw new RangeError(`no interval for ${k} of ${n}`)
  const rate = k / n
  const scale = 1 + z ** 2 / n
  const middle = (rate + z ** 2 / (2 * n)) / scale
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2))
  return { low: k === 0 ? 0 : Math.max(0, middle - half), high: k === n ? 1 : Math.min(1, middle + half) }
}

/** How probable k or more of n are, where each has probability `p`. @throws RangeError as `wilson` does. */
export function atLeast(k: number, n: number, p: number): number {
  if (!(n > 0 && k >= 0 && k <= n)) throw new RangeError(`nothing can be said of ${k} of ${n}`)
  if (k === 0) return 1
  if (p <= 0) return 0
  if (p >= 1) return 1
  // In logarithms, so that neither the coefficients overflow nor the powers vanish.
  let logTerm = n * Math.log1p(-p)
  let below = k > 0 ? Math.exp(logTerm) : 0
  for (let count = 1; count < k; count++) {
    logTerm += Math.log(n - count + 1) - Math.log(count) + Math.log(p) - Math.log1p(-p)
    below += Math.exp(logTerm)
  }
  return Math.min(1, Math.max(0, 1 - below))
}

/**
 * Exact interval, 95%, of a rate of k in n (C. J. Clopper, E. S. Pearson, 1934): wider than Wilson's, for claims that
 * must hold at least so often.
 * @throws RangeError as `wilson` does.
 */
export function clopperPearson(k: number, n: number): { low: number; high: number } {
  if (!(n > 0 && k >= 0 && k <= n)) throw new RangeError(`no interval for ${k} of ${n}`)
  const tail = 0.025
  return {
    low: k === 0 ? 0 : solve((p) => atLeast(k, n, p) - tail),
    high: k === n ? 1 : solve((p) => atLeast(k + 1, n, p) - (1 - tail)),
  }
}

/** Where a rising function of a probability is zero. */
function solve(rising: (p: number) => number): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (rising(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** One step of a survival curve: what is left after `time`. */
export interface SurvivalStep {
  time: number
  /** Not over and not censored just before. */
  atRisk: number
  events: number
  /** Share that has had no event by then. */
  survival: number
  /** Its pointwise interval, 95%, by Greenwood's variance of the logarithm. */
  low: number
  high: number
}

/**
 * Product-limit estimate of survival (E. L. Kaplan, P. Meier, 1958). Whoever is censored at a time at which others have
 * their event still counts as at risk then. Steps rise in time; there is none where there is no event.
 */
export function kaplanMeier(lives: readonly { time: number; isEvent: boolean }[]): SurvivalStep[] {
  const sorted = [...lives].sort((one, other) => one.time - other.time)
  const steps: SurvivalStep[] = []
  let survival = 1
  let variance = 0
  for (let index = 0; index < sorted.length; ) {
    const { time } = sorted[index] as (typeof sorted)[number]
    const atRisk = sorted.length - index
    let events = 0
    for (; sorted[index]?.time === time; index += 1) if (sorted[index]?.isEvent) events += 1
    if (events === 0) continue
    survival *= 1 - events / atRisk
    variance += events / (atRisk * (atRisk - events))
    const spread = Math.exp(z * Math.sqrt(variance))
    const isOver = events === atRisk
    steps.push({
      time,
      atRisk,
      events,
      survival: isOver ? 0 : survival,
      low: isOver ? 0 : survival / spread,
      high: isOver ? 0 : Math.min(1, survival * spread),
    })
  }
  return steps
}

/** The first time by which a share `q` has had its event; null when the curve never comes so low. */
export function survivalQuantile(steps: readonly SurvivalStep[], q: number): number | null {
  // A product of fractions may miss a round number by its last bit.
  return steps.find(({ survival }) => survival <= 1 - q + 1e-9)?.time ?? null
}
