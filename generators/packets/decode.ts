import { boundLayer, findLayer } from './bindings.ts'
import { readBits } from './bits.ts'
import type { PseudoAddresses } from './checksum.ts'
import type { Values } from './field.ts'
import type { Context, Layer } from './layer.ts'
import type { DecodedLayer } from './stack.ts'
import { decodeStruct, presentValues } from './struct.ts'

/** Far more than any sensor follows; four bytes can be a whole layer (MPLS, 802.1Q). */
const mostLayers = 256

interface State {
  bytes: Uint8Array
  layers: DecodedLayer[]
  network: PseudoAddresses | undefined
  quoted: boolean
}

interface Step {
  next: string
  start: number
  end: number
}

/** Decodes from `first` inwards for as long as the bytes make sense; what does not becomes a `payload` layer. */
export function decodeLayers(bytes: Uint8Array, first: string): DecodedLayer[] {
  const state: State = { bytes, layers: [], network: undefined, quoted: false }
  let step: Step | undefined = { next: first, start: 0, end: bytes.length }
  while (step !== undefined) step = decodeLayer(state, step)
  return state.layers
}

function decodeLayer(state: State, { next: name, start, end }: Step): Step | undefined {
  const layer = findLayer(name)
  if (layer === undefined || name === 'payload') return payload(state, start, end, [])
  if (state.layers.length >= mostLayers) return payload(state, start, end, [`more than ${mostLayers} layers`])
  const wire = state.bytes
  const opened = layer.cipher?.open(wire.subarray(start, end))
  if (opened !== undefined) state.bytes = withPart(wire, start, opened.plain)
  const input = state.bytes.subarray(0, end)
  const problems: string[] = []
  const read = decodeStruct(layer.struct, input, start, problems, opened?.values)
  if (typeof read === 'string') {
    state.bytes = wire
    return payload(state, start, end, [`${name}: ${read}`])
  }
  const { values } = read
  const headerLength = read.end - start
  const context: Context = {
    next: undefined,
    around: state.layers.at(-1)?.layer,
    hopLimit: undefined,
    network: state.network,
    quoted: state.quoted,
  }
  const innerEnd = payloadEnd(layer, values, read.end, end, headerLength, context, problems)
  if (layer.inspect !== undefined) problems.push(...layer.inspect(values, headerLength, context))
  checkSum(layer, values, input.subarray(start, innerEnd), headerLength, context, problems)
  const shownValues = presentValues(layer.struct, values)
  if (innerEnd < end) shownValues.trailer = state.bytes.subarray(innerEnd, end)
  state.layers.push({ layer: name, values: shownValues, offset: start, length: headerLength, problems })
  if (layer.network !== undefined) state.network = layer.network(values, state.network)
  if (layer.quotes?.(values)) state.quoted = true
  const inner = state.bytes.subarray(read.end, innerEnd)
  const next = nextLayer(layer, values, inner, context)
  if (inner.length > 0) return { next: next ?? 'payload', start: read.end, end: innerEnd }
  if (next !== undefined && next !== 'payload' && !state.quoted) problems.push(`${next} announced, nothing follows`)
  return undefined
}

function withPart(bytes: Uint8Array, start: number, part: Uint8Array): Uint8Array {
  const whole = bytes.slice()
  whole.set(part, start)
  return whole
}

function payload(state: State, start: number, end: number, problems: string[]): undefined {
  if (start === end && problems.length === 0) return undefined
  const data = state.bytes.subarray(start, end)
  state.layers.push({ layer: 'payload', values: { data }, offset: start, length: data.length, problems })
  return undefined
}

function payloadEnd(
  layer: Layer,
  values: Values,
  headerEnd: number,
  end: number,
  headerLength: number,
  context: Context,
  problems: string[],
): number {
  const length = layer.payloadLength?.(values, headerLength)
  if (length === undefined) return end
  if (length < 0) {
    problems.push(`announced length ends inside the header, ${-length} bytes before its end`)
    return end
  }
  if (headerEnd + length <= end) return headerEnd + length
  if (!context.quoted) problems.push(`${length} bytes of payload announced, ${end - headerEnd} are there`)
  return end
}

function checkSum(
  { checksum }: Layer,
  values: Values,
  bytes: Uint8Array,
  headerLength: number,
  context: Context,
  problems: string[],
): void {
  const offset = checksum?.offset(values)
  if (checksum === undefined || offset === undefined || context.quoted) return
  const found = readBits(bytes, offset * 8, 16)
  if (found === 0 && checksum.zeroMeansNone) return
  const blank = bytes.slice()
  blank[offset] = 0
  blank[offset + 1] = 0
  const right = checksum.compute(blank, values, headerLength, context)
  if (right === undefined || right % 0xffff === found % 0xffff) return
  problems.push(`${checksum.field} is ${hex(found)}, right would be ${hex(right)}`)
}

function nextLayer(layer: Layer, values: Values, inner: Uint8Array, context: Context): string | undefined {
  const hooked = layer.next?.(values, inner, context)
  if (hooked !== undefined || layer.carries === undefined) return hooked
  const { space, fields } = layer.carries
  for (const field of fields) {
    const name = boundLayer(space, values[field] as number)
    if (name === undefined) continue
    const recognise = findLayer(name)?.recognise
    if (recognise === undefined || recognise(inner)) return name
  }
  return undefined
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
