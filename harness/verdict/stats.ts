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
