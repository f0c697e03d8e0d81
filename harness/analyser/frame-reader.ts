import type { Conversation, Frame, Side } from '../../generators/conversation/conversation.ts'
import { type DecodedLayer, decodeStack } from '../../generators/packets/stack.ts'
import { type Asked, askedOf } from './asked.ts'

/** A frame as decoded, and what the scenario itself set in it. */
export interface ReadFrame {
  frame: Frame
  decoded: DecodedLayer[]
  asked: Asked
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
    const carries = decoded.at(-1) !== tcp
    const read = inside.has(frame.from) ? decoded : asScenarioSays(decoded, frame.bytes, asked)
    if (tcp !== undefined && carries) {
      const flags = tcp.values.flags as readonly unknown[]
      if (flags.includes('PSH') || flags.includes('FIN')) inside.delete(frame.from)
      else if (flags.length === 1 && flags[0] === 'ACK') inside.add(frame.from)
    }
    return { frame, decoded: read, asked }
  })
}

const transports = ['tcp', 'udp']

function asScenarioSays(decoded: DecodedLayer[], bytes: Uint8Array, { layers }: Asked): DecodedLayer[] {
  const transport = decoded.findLastIndex(({ layer }) => transports.includes(layer))
  const wanted = layers[layers.findLastIndex((name) => transports.includes(name)) + 1]
  const found = decoded[transport + 1]
  if (transport < 0 || found === undefined || wanted === undefined || wanted === 'payload' || wanted === found.layer)
    return decoded
  const again = decodeStack(bytes.subarray(found.offset), wanted)
  if (again[0]?.layer !== wanted) return decoded
  return [...decoded.slice(0, transport + 1), ...again.map((each) => ({ ...each, offset: each.offset + found.offset }))]
}
