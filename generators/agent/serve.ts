import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Wire, WireName } from '../wires/wire.ts'
import { readLines } from './lines.ts'
import {
  type AgentMessage,
  announcedBytes,
  decodeRequest,
  encodeMessage,
  longestRequest,
  ProtocolError,
} from './protocol.ts'

/**
 * Carries out requests one after another until the input ends. The input is not read on while frames are being sent,
 * so whoever writes feels the wire's speed. A bad request is answered with `failed` and does no harm to those after it.
 * @param limit bytes that a request may have
 */
export async function serve(
  input: AsyncIterable<Uint8Array>,
  output: Writable,
  wires: Record<WireName, Wire>,
  limit: number = longestRequest,
): Promise<void> {
  for await (const line of readLines(input, limit, announcedBytes)) {
    const answer =
      'text' in line
        ? await perform(line.text, line.body, wires)
        : failure(null, `a request of ${line.tooLong} bytes; at most ${limit}`)
    if (!output.write(encodeMessage(answer))) await once(output, 'drain')
  }
}

async function perform(line: string, body: Uint8Array, wires: Record<WireName, Wire>): Promise<AgentMessage> {
  let id: number | null = null
  try {
    const request = decodeRequest(line, body)
    id = request.id
    const sent = await wires[request.wire].send(request.frames)
    return { id, type: 'sent', ...sent }
  } catch (error) {
    if (error instanceof ProtocolError) return failure(error.id, error.message)
    return failure(id, error instanceof Error ? error.message : String(error))
  }
}

function failure(id: number | null, error: string): AgentMessage {
  return { id, type: 'failed', error }
}
