import type { AnalysedField, AnalysedFrame, Mark } from './analysed.ts'
import { firstDifference } from './difference.ts'
import { valueText } from './value-text.ts'

/** Why a field stands out, in words: `wrong: right would be 20, 480 more`. */
export function markText({ name, value }: AnalysedField, { kind, why, right, difference }: Mark): string {
  if (right === undefined || /right (would be|number)/.test(why)) return `${kind}: ${why}`
  const distance = difference === undefined ? '' : `, ${Math.abs(difference)} ${difference > 0 ? 'less' : 'more'}`
  if (kind === 'wrong') return `${kind}: ${why}; right would be ${valueText(right, name)}${distance}`
  const { path, byte, other } = firstDifference(value, right)
  const places = [...(path === '' ? [] : [path]), ...(byte === undefined ? [] : [`byte ${byte}`])]
  const where = places.length === 0 ? '' : ` at ${places.join(', ')}`
  return `${kind}: ${why} ${short(valueText(other, name))}${where}${distance}`
}

/** Enough of a value to know it by. */
export function short(text: string): string {
  return text.length > 70 ? `${text.slice(0, 66)} ...` : text
}

/** Whether anything in a frame is wrong or unusual. */
export function standsOut({ layers, unusual }: AnalysedFrame): boolean {
  return (
    unusual !== null ||
    layers.some(({ fields, problems }) => problems.length > 0 || fields.some(({ mark }) => mark !== undefined))
  )
}
