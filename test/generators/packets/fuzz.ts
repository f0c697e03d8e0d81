import { PacketError } from '../../../generators/packets/packet-error.ts'
import { rightValues } from '../../../generators/packets/right-values.ts'
import { type DecodedLayer, decodeStack, encodeStack, layerNames } from '../../../generators/packets/stack.ts'
import { type Random, random } from '../../../harness/plan/random.ts'
import { decodeMessage, decodeRequest, ProtocolError } from '../../../generators/agent/protocol.ts'
import { PcapError } from '../../../generators/errors.ts'
import { readPcap, writePcap } from '../../../generators/wires/pcap-file.ts'
import { examples } from './examples.ts'
import { toHex } from './hex.ts'

/** One decoder, and bytes that it takes, to be broken. */
interface Target {
  name: string
  seeds: readonly Uint8Array[]
  /** Throws when something is not as it must be; errors that it may throw by contract are caught in it. */
  decode: (bytes: Uint8Array) => void
}

export interface Fuzzed {
  cases: number
  decoders: number
  /** What went wrong, with the bytes that do it. At most ten. */
  failures: string[]
  slowestMs: number
  /** Of `slowestMs`. */
  slowest: string
}

const longest = 400
const most = 10

/** Feeds random, cut, changed and glued bytes to every decoder, the same for the same seed. */
export function fuzz(cases: number, seed: string): Fuzzed {
  const source = random(`fuzz ${seed}`)
  const all = targets()
  const result: Fuzzed = { cases, decoders: all.length, failures: [], slowestMs: 0, slowest: '' }
  for (let number = 0; number < cases && result.failures.length < most; number++) {
    const target = all[number % all.length] as Target
    const bytes = anyBytes(source, target.seeds)
    const start = performance.now()
    try {
      target.decode(bytes)
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      result.failures.push(`${target.name} on ${toHex(bytes)}: ${text}`)
    }
    const took = performance.now() - start
    if (took > result.slowestMs) Object.assign(result, { slowestMs: took, slowest: target.name })
  }
  return result
}

function targets(): Target[] {
  const frames = examples.map(({ stack }) => ({ stack, bytes: encodeStack(stack) }))
  const packets = layerNames().map((name): Target => {
    // What the layer starts with where an example has it.
    const seeds = frames.flatMap(({ bytes }) =>
      decodeStack(bytes).flatMap(({ layer, offset }) => (layer === name ? [bytes.slice(offset)] : [])),
    )
    return { name, seeds, decode: (bytes) => decodePacket(bytes, name) }
  })
  const pcap = writePcap(frames.slice(0, 3).map(({ bytes }, index) => ({ at: BigInt(index), bytes })))
  const encoder = new TextEncoder()
  const request = '{"id":1,"type":"send","wire":"ip","frames":2,"bytes":60}'
  const lines = [request, '{"id":1,"type":"failed","error":"x"}'].map((line) => encoder.encode(line))
  const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
  return [
    ...packets,
    { name: 'pcap', seeds: [pcap], decode: (bytes) => only(PcapError, () => readPcap(bytes)) },
    {
      name: 'agent request',
      seeds: lines,
      decode: (bytes) => only(ProtocolError, () => decodeRequest(asText(bytes), bytes)),
    },
    {
      name: 'frames of a request',
      seeds: [pcap],
      decode: (bytes) => only(ProtocolError, () => decodeRequest(request, bytes)),
    },
    { name: 'agent message', seeds: lines, decode: (bytes) => only(ProtocolError, () => decodeMessage(asText(bytes))) },
  ]
}

/** Decoding never throws and leaves out no byte; what was decoded can be encoded again, or says as a PacketError why not. */
function decodePacket(bytes: Uint8Array, first: string): void {
  const decoded = decodeStack(bytes, first)
  let offset = 0
  for (const layer of decoded) {
    if (layer.offset !== offset) throw new Error(`${layer.layer} starts at ${layer.offset}, not at ${offset}`)
    offset += layer.length
  }
  const trailers = decoded.reduce((sum, { values }) => sum + lengthOf(values.trailer), 0)
  if (offset + trailers !== bytes.length)
    throw new Error(`${offset + trailers} of ${bytes.length} bytes are in a layer`)
  only(PacketError, () => encodeStack(decoded as DecodedLayer[]))
  rightValues(bytes, decoded)
}

function lengthOf(trailer: unknown): number {
  return trailer instanceof Uint8Array ? trailer.length : 0
}

function only(allowed: new (...args: never[]) => Error, act: () => unknown): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof allowed)) throw error
  }
}

function anyBytes(source: Random, seeds: readonly Uint8Array[]): Uint8Array {
  const { below } = source
  const seed = seeds[below(Math.max(1, seeds.length))]
  if (seed === undefined || below(3) === 0) return noise(source, below(longest))
  const changed = Uint8Array.from(seed)
  for (let changes = below(6); changes > 0 && changed.length > 0; changes--) {
    const at = below(changed.length)
    // Ends of the range and single bits break lengths and flags more often than any byte does.
    changed[at] = [0, 0xff, 0x7f, (changed[at] ?? 0) ^ (1 << below(8)), below(256)][below(5)] ?? 0
  }
  const cut = below(3) === 0 ? changed.slice(0, below(changed.length + 1)) : changed
  return below(4) === 0 ? glued(cut, below(2) === 0 ? noise(source, below(40)) : seed) : cut
}

function noise({ below }: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => below(256))
}

function glued(one: Uint8Array, other: Uint8Array): Uint8Array {
  return Uint8Array.from([...one, ...other])
}
