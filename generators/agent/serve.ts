import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { PackedWire, Sent, Wire } from '../wires/wire.ts'
import type { FrameFile } from './frame-file.ts'
import { type Line, LineCutter } from './lines.ts'
import {
  type AgentMessage,
  announcedBytes,
  decodeRequest,
  encodeMessage,
  longestRequest,
  ProtocolError,
  type SendRequest,
} from './protocol.ts'

/** What an agent sends over. */
export interface Wires {
  ip: Wire
  frame: PackedWire
}

export interface ServeOptions {
  /** Where requests may leave their frames; null: nowhere. */
  file?: FrameFile | null
  /** Bytes that a request may have. */
  limit?: number
  /** What has come of the input meanwhile, without waiting; null when there is nothing. */
  more?: () => Uint8Array | null
}

/** Pieces of input that are taken one after the other before anything else, such as a signal, is looked at. */
const mostAtOnce = 64

/**
 * Carries out requests one after another until the input ends. The input is not read on while frames are being sent,
 * so whoever writes feels the wire's speed. A bad request is answered with `failed` and does no harm to those after it.
 */
export async function serve(
  input: AsyncIterable<Uint8Array>,
  output: Writable,
  wires: Wires,
  { file = null, limit = longestRequest, more = () => null }: ServeOptions = {},
): Promise<void> {
  const cutter = new LineCutter(limit, announcedBytes)
  const serveLine = async (line: Line) => {
    const answer =
      'text' in line
        ? await perform(line, wires, file)
        : failure(null, `a request of ${line.tooLong} bytes; at most ${limit}`)
    if (!output.write(encodeMessage(answer))) await once(output, 'drain')
  }
  for await (const first of input) {
    let chunk: Uint8Array | null = first
    for (let left = mostAtOnce; chunk !== null; chunk = left > 0 ? more() : null) {
      for (const line of cutter.cut(chunk)) await serveLine(line)
      left -= 1
    }
  }
  const rest = cutter.end()
  if (rest !== null) await serveLine(rest)
}

async function perform(
  line: { text: string; body: Uint8Array },
  wires: Wires,
  file: FrameFile | null,
): Promise<AgentMessage> {
  let id: number | null = null
  try {
    const request = decodeRequest(line.text, line.body)
    id = request.id
    const sent = await carryOut(request, wires, file)
    return { id, type: 'sent', ...sent }
  } catch (error) {
    if (error instanceof ProtocolError) return failure(error.id, error.message)
    return failure(id, error instanceof Error ? error.message : String(error))
  }
}

function carryOut({ id, wire, frames, stored }: SendRequest, wires: Wires, file: FrameFile | null): Promise<Sent> {
  if (stored === null) return wires[wire].send(frames)
  if (file === null) throw new ProtocolError(id, 'the agent sees no file with frames')
  return wires.frame.sendPacked(file.read(id, stored))
}

function failure(id: number | null, error: string): AgentMessage {
  return { id, type: 'failed', error }
}
