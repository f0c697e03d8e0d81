const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)$/
const zone = /^(?:Z|([+-])(\d\d):?(\d\d))$/

let cachedMinute = ''
let cachedZone = ''
let cachedStart = Number.NaN

/**
 * Reads EVE's `2026-11-24T04:32:05.491074+0000` as milliseconds since the epoch, microseconds as the fraction.
 * The zone may also be `Z` or have a colon, the fraction may be absent. NaN when it is not a time.
 */
export function eveTimestamp(text: string): number {
  let end = 19
  let fraction = 0
  if (text.charCodeAt(19) === 46) {
    let scale = 100
    for (end = 20; end < text.length; end++) {
      const digit = text.charCodeAt(end) - 48
      if (digit < 0 || digit > 9) break
      fraction += digit * scale
      scale /= 10
    }
  }
  const tens = text.charCodeAt(17) - 48
  const ones = text.charCodeAt(18) - 48
  if (text.charCodeAt(16) !== 58 || !(tens >= 0 && tens <= 6 && ones >= 0 && ones <= 9)) return Number.NaN
  return minuteStart(text.slice(0, 16), text.slice(end)) + (tens * 10 + ones) * 1000 + fraction
}

function minuteStart(minute: string, offset: string): number {
  if (minute === cachedMinute && offset === cachedZone) return cachedStart
  const date = shape.exec(minute)
  const east = zone.exec(offset)
  if (date === null || east === null) return Number.NaN
  const [year, month, day, hour, min] = date.slice(1).map(Number) as [number, number, number, number, number]
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || min > 59) return Number.NaN
  const shift = (east[1] === '-' ? -1 : 1) * (Number(east[2] ?? 0) * 60 + Number(east[3] ?? 0))
  cachedMinute = minute
  cachedZone = offset
  cachedStart = Date.UTC(year, month - 1, day, hour, min) - shift * 60_000
  return cachedStart
}
