import type { Conversation, Frame, Side } from '../../generators/conversation/conversation.ts'
import { type DecodedLayer, decodeStack } from '../../generators/packets/stack.ts'
import { type Asked, askedOf } from './asked.ts'

/** A frame as decoded, and what the scenario itself set in it. */
export interface ReadFrame {
  frame: Frame
  decoded: DecodedLayer[]
  asked: Asked
  /** Whether what its segment carries goes on in the next one, so that a message in it is not whole. */
  isCut: boolean
}

/**
 * Decodes the frames of a conversation. Ports tell which protocol a connection carries, as they tell a sensor; where the
 * scenario says that it is another one, that one is read.
 */
export function readFrames({ frames }: Conversation, parameters: unknown): ReadFrame[] {
  const askedAt = new Map<string | undefined, Asked>()
  /** Sides whose last segment ended inside of a message. */
  const inside = new Set<Side>()
  return [...frames].map((frame) => {
    const asked = askedAt.get(frame.path) ?? askedOf(parameters, frame.path)
    askedAt.set(frame.path, asked)
    const decoded = decodeStack(frame.bytes)
    const tcp = decoded.find(({ layer }) => layer === 'tcp')
    const isContinued = inside.has(frame.from)
    const isCut = tcp !== undefined && decoded.at(-1) !== tcp && isOnlyAck(tcp)
    // The last segment of what is sent at once has PSH (RFC 9293 §3.9.1.2); one without data leaves things as they are.
    if (isCut) inside.add(frame.from)
    else if (tcp !== undefined && decoded.at(-1) !== tcp) inside.delete(frame.from)
    return { frame, decoded: isContinued ? decoded : asScenarioSays(decoded, frame.bytes, asked), asked, isCut }
  })
}

function isOnlyAck({ values }: DecodedLayer): boolean {
  const flags = values.flags as readonly unknown[]
  return flags.length === 1 && flags[0] === 'ACK'
}

const transports = ['tcp', 'udp']

/** Reads on from the first layer above the transport that the scenario names otherwise. */
function asScenarioSays(decoded: DecodedLayer[], bytes: Uint8Array, { layers }: Asked): DecodedLayer[] {
  const above = decoded.findLastIndex(({ layer }) => transports.includes(layer)) + 1
  const named = layers.slice(layers.findLastIndex((name) => transports.includes(name)) + 1)
  const step = named.findIndex((name, index) => name !== decoded[above + index]?.layer)
  const [wanted, found] = [named[step], decoded[above + step]]
  if (above === 0 || wanted === undefined || found === undefined) return decoded
  const kept = decoded.slice(0, above + step)
  const rest = bytes.subarray(found.offset)
  // Bytes at the start may be meant to look like a protocol; inside of a message they are just that, encrypted for example.
  if (wanted === 'payload') return step === 0 ? decoded : [...kept, payloadOf(rest, found.offset)]
  const again = decodeStack(rest, wanted)
  if (again[0]?.layer !== wanted) return decoded
  return [...kept, ...again.map((each) => ({ ...each, offset: each.offset + found.offset }))]
}

function payloadOf(data: Uint8Array, offset: number): DecodedLayer {
  return { layer: 'payload', values: { data }, offset, length: data.length, problems: [] }
}
