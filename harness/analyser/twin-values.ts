import type { DecodedLayer } from '../../generators/packets/stack.ts'
import type { Mark } from './analysed.ts'
import type { Asked } from './asked.ts'
import { keyOf } from './difference.ts'
import type { ReadFrame } from './frame-reader.ts'

/** Every value that the benign twin has in a field, to tell what an anomaly has otherwise. */
export class TwinValues {
  readonly #byField = new Map<string, Map<string, unknown>>()
  readonly #stacks = new Set<string>()

  /** @param frames of the twin, as `readFrames` reads them */
  constructor(frames: readonly ReadFrame[]) {
    for (const { decoded } of frames) {
      this.#stacks.add(stackOf(decoded))
      for (const { layer, values } of decoded)
        for (const [name, value] of Object.entries(values)) {
          const known = this.#byField.get(`${layer}.${name}`) ?? new Map<string, unknown>()
          this.#byField.set(`${layer}.${name}`, known.set(keyOf(value), value))
        }
    }
  }

  /** Fields of one layer that the scenario sets and the twin never has like this. Where the twin has no such field, nothing is said. */
  marks(decoded: readonly DecodedLayer[], place: number, asked: Asked): Record<string, Mark> {
    const marks: Record<string, Mark> = {}
    const { layer, values } = decoded[place] as DecodedLayer
    for (const [name, value] of Object.entries(values)) {
      const known = this.#byField.get(`${layer}.${name}`)
      if (name === 'trailer' && known === undefined)
        marks.trailer = {
          kind: 'unusual',
          why: 'more after the end of this message, which no frame of the benign twin has',
        }
      if (known === undefined || known.has(keyOf(value)) || !isAsked(decoded, place, name, asked)) continue
      const others = [...known.values()]
      marks[name] =
        others.length === 1
          ? { kind: 'unusual', why: 'the benign twin has', ...beside(value, others[0]) }
          : { kind: 'unusual', ...nearestOf(value, others) }
    }
    return marks
  }

  /** The layers of a frame in words, where the twin has no frame of the same; null where it has. */
  otherLayers(decoded: readonly DecodedLayer[]): string | null {
    const stack = stackOf(decoded)
    if (this.#stacks.has(stack)) return null
    return `the layers are ${stack}; the benign twin has ${[...this.#stacks].join('; ')}`
  }
}

/** A long list differs from all of the twin's, but from one of them in a single line. */
function nearestOf(value: unknown, others: readonly unknown[]): Pick<Mark, 'why' | 'right'> {
  const why = 'no frame of the benign twin has it'
  if (!Array.isArray(value) || value.length < 2) return { why }
  const items = new Set(value.map(keyOf))
  const common = (other: unknown) => (Array.isArray(other) ? other.filter((each) => items.has(keyOf(each))).length : 0)
  const right = others.reduce((best, other) => (common(other) > common(best) ? other : best))
  return common(right) === 0 ? { why } : { why: `${why}; the nearest has`, right }
}

function beside(value: unknown, right: unknown): Partial<Mark> {
  return typeof value === 'number' && typeof right === 'number' ? { right, difference: value - right } : { right }
}

function stackOf(decoded: readonly DecodedLayer[]): string {
  return decoded.map(({ layer }) => layer).join(', ')
}

function isAsked(decoded: readonly DecodedLayer[], place: number, name: string, { fields, hasBytes }: Asked): boolean {
  const { layer, values } = decoded[place] as DecodedLayer
  // What a sequence number must be, the twin's cannot tell.
  if (layer === 'tcp' && (name === 'flags' || name === 'sequenceNumber')) return name === 'flags'
  if (fields.has(`${layer}.${name}`)) return true
  // Plain bytes are read as whatever protocol they look like.
  const transport = decoded.findLastIndex((each) => each.layer === 'tcp' || each.layer === 'udp')
  if (hasBytes && transport >= 0 && place > transport) return true
  // A field without bytes of its own, such as the method of an HTTP request, is part of another one.
  const hasHidden = [...fields].some((each) => {
    const [owner, field = ''] = each.split('.')
    return owner === layer && !Object.hasOwn(values, field)
  })
  return hasHidden && typeof values[name] !== 'number'
}
