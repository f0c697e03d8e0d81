import { GeneratorError } from '../errors.ts'
import { merged } from '../merged.ts'
import type { Identity } from '../identity.ts'
import { describeLayer, encodeStack, isLayer, type LayerSpec, layerNames, parseLayerValues } from '../packets/stack.ts'
import { derive16 } from './derive.ts'
import { changedCopy, join, namesOf, resolveNames, suggestion } from './names.ts'

const echoTypes: unknown[] = ['echoRequest', 'echoReply', 8, 0, 128, 129]

/**
 * Reads the layers of one packet as scenarios write them: a list of `{ udp: { destinationPort: 9 } }`, or just `udp` for
 * a layer with nothing of its own; `payload` takes its bytes directly, and any bytes may be `{ layers: [...] }`. Fills `${name}` and the bare words `client` and `server` where an address or port stands.
 * @param names what may be filled in besides the identity's own names
 * @throws GeneratorError with the path of what is wrong
 */
export function readLayers(
  raw: readonly unknown[],
  identity: Identity,
  path: string,
  names: Record<string, string | number> = {},
): LayerSpec[] {
  const known = merged(namesOf(identity), names)
  return raw.map((entry, index) => {
    const { layer, content } = oneLayer(entry, `${path}[${index}]`)
    const place = join(`${path}[${index}]`, layer)
    return readLayer(layer, resolveNames(content, known, place), identity, place)
  })
}

/** One layer whose names are filled in already. */
export function readLayer(layer: string, content: unknown, identity: Identity, path: string): LayerSpec {
  const isBytes = layer === 'payload' && !(isRecord(content) && 'data' in content)
  const values = isBytes
    ? { data: content ?? '' }
    : isRecord(content)
      ? withSides(layer, content, identity)
      : (content ?? {})
  const whole = withNested(values, identity, path)
  try {
    return { layer, values: withDerived(layer, parseLayerValues(layer, whole), identity) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new GeneratorError(path, error.message, { cause: error })
  }
}

/** Whether a value is a plain object, not a list and not bytes. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** Bytes of every `{ layers: [...] }` inside a value, for what carries a whole message in one of its fields. */
export function withNested(value: unknown, identity: Identity, path: string): unknown {
  if (value instanceof Uint8Array) return value
  const layers = isRecord(value) ? value.layers : undefined
  if (Array.isArray(layers) && Object.keys(value as object).length === 1) {
    const place = join(path, 'layers')
    const stack = readLayers(layers, identity, place)
    try {
      return encodeStack(stack)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      throw new GeneratorError(place, error.message, { cause: error })
    }
  }
  return changedCopy(value, path, isObject, (part, place) => withNested(part, identity, place))
}

function isObject(value: unknown): boolean {
  return typeof value === 'object'
}

function oneLayer(entry: unknown, path: string): { layer: string; content: unknown } {
  const [layer, ...others] = typeof entry === 'string' ? [entry] : isRecord(entry) ? Object.keys(entry) : []
  if (layer === undefined || others.length > 0) {
    throw new GeneratorError(path, 'write one layer here, such as { udp: { destinationPort: 9 } }')
  }
  if (!isLayer(layer)) {
    const choices = layerNames()
    const hint = suggestion(layer, choices) || `; layers are ${choices.join(', ')}`
    throw new GeneratorError(path, `unknown layer "${layer}"${hint}`)
  }
  return { layer, content: isRecord(entry) ? entry[layer] : {} }
}

/** Turns `client` and `server` into that side's address or port, by what the field holds. */
function withSides(layer: string, content: Record<string, unknown>, identity: Identity): Record<string, unknown> {
  const sides = Object.entries(content).filter((entry) => entry[1] === 'client' || entry[1] === 'server')
  if (sides.length === 0) return content
  const copy = { ...content }
  for (const [field, side] of sides as [string, 'client' | 'server'][]) {
    const part = partFor(layer, field)
    if (part !== null) copy[field] = identity[side][part]
  }
  return copy
}

/** Numbers that tie an answer to its question: the same for both sides of one trial, another in every trial. */
function withDerived(layer: string, values: Record<string, unknown>, { marker }: Identity): Record<string, unknown> {
  if (layer === 'dns' && !('id' in values)) return merged(values, { id: derive16(marker, 'dns id') })
  const isEcho = (layer === 'icmp' || layer === 'icmpv6') && echoTypes.includes(values.type)
  if (isEcho && !('identifier' in values)) return merged(values, { identifier: derive16(marker, 'echo identifier') })
  return values
}

function partFor(layer: string, field: string): 'mac' | 'ipv4' | 'ipv6' | 'port' | null {
  const type =
    describeLayer(layer)
      .fields.find(({ name }) => name === field)
      ?.type.toLowerCase() ?? ''
  if (type.includes('mac')) return 'mac'
  if (type.includes('ipv4')) return 'ipv4'
  if (type.includes('ipv6')) return 'ipv6'
  return /port$/i.test(field) ? 'port' : null
}
