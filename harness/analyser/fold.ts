import type { AnalysedFrame } from './analysed.ts'
import { keyOf as valueKey } from './difference.ts'

/** Frames that are shown, and how many after them are only counted because they are the same over and over. */
export interface Fold {
  shown: AnalysedFrame[]
  folded: AnalysedFrame[]
}

/** The longest pattern that is looked for: a request, its acknowledgment, an answer and its acknowledgment. */
const longestPattern = 4
/** So many rounds of a pattern are the least that is folded. */
const fewestRounds = 4

/** Cuts a conversation into runs; of a pattern that comes again and again, only the first round is shown. */
export function fold(frames: readonly AnalysedFrame[]): Fold[] {
  const keys = frames.map(keyOf)
  const folds: Fold[] = []
  let start = 0
  while (start < frames.length) {
    const { length, rounds } = pattern(keys, start)
    if (rounds >= fewestRounds) {
      const end = start + length * rounds
      folds.push({ shown: frames.slice(start, start + length), folded: frames.slice(start + length, end) })
      start = end
    } else {
      const last = folds.at(-1)
      const frame = frames[start] as AnalysedFrame
      if (last !== undefined && last.folded.length === 0) last.shown.push(frame)
      else folds.push({ shown: [frame], folded: [] })
      start += 1
    }
  }
  return folds
}

/** The shortest pattern from here on that repeats often enough; one frame once where there is none. */
function pattern(keys: readonly string[], start: number): { length: number; rounds: number } {
  for (let length = 1; length <= longestPattern; length++) {
    let rounds = 1
    while (isSame(keys, start, start + rounds * length, length)) rounds += 1
    if (rounds >= fewestRounds) return { length, rounds }
  }
  return { length: 1, rounds: 1 }
}

function isSame(keys: readonly string[], one: number, other: number, length: number): boolean {
  if (other + length > keys.length) return false
  for (let index = 0; index < length; index++) if (keys[one + index] !== keys[other + index]) return false
  return true
}

/** Frames with the same key come from the same step, or hold the same; at most numbers differ. */
function keyOf({ from, note, path, layers, unusual }: AnalysedFrame): string {
  const origin = path ?? layers.flatMap(({ name, fields }) => [name, ...fields.map(({ value }) => content(value))])
  const marks = layers.flatMap(({ name, fields, problems }) => [
    name,
    ...fields.flatMap(({ name, mark }) => (mark === undefined ? [] : [`${name} ${mark.kind}`])),
    ...problems.map((problem) => problem.replaceAll(/\d+/g, '#')),
  ])
  return JSON.stringify([from, origin, note.replaceAll(/\d+/g, '#'), unusual, ...marks])
}

function content(value: unknown): string {
  return typeof value === 'number' ? '#' : valueKey(value)
}

/** One field that is not the same in all of some frames. */
export interface Variation {
  layer: string
  field: string
  first: unknown
  last: unknown
}

/** What differs between frames of the same layers, follow-ups such as checksums and lengths aside. */
export function variations(frames: readonly AnalysedFrame[]): Variation[] {
  const [first, last] = [frames[0], frames.at(-1)]
  if (first === undefined || last === undefined) return []
  return first.layers.flatMap((layer, place) =>
    layer.fields.flatMap(({ name, value, relative }, index) => {
      if (/checksum|crc$|identification$|length$|^options$/i.test(name)) return []
      const differs = frames.some((frame) => valueKey(frame.layers[place]?.fields[index]?.value) !== valueKey(value))
      if (!differs) return []
      const end = last.layers[place]?.fields[index]
      return [{ layer: layer.name, field: name, first: relative ?? value, last: end?.relative ?? end?.value }]
    }),
  )
}
