import type { Sent, WireName } from '../wires/wire.ts'

/** Bytes of the longest request that an agent takes: some million small frames. */
export const longestRequest = 256 * 1024 * 1024

/** What lies in the folder that the harness and an agent share. */
export const framesName = 'frames'
export const socketName = 'socket'

/** The network interface that an agent sends from. */
export interface AgentInterface {
  name: string
  index: number
  /** `iflink`: index of the other end of a veth pair in its own namespace; the interface's own index for others. */
  link: number
  /** `02:42:c6:12:00:02` */
  mac: string
  /** Bytes of the largest packet, Ethernet header not counted. */
  mtu: number
}

/** What the harness asks for: whole Ethernet frames, sent in this order. Requests are carried out one after another. */
export interface SendRequest {
  id: number
  type: 'send'
  wire: WireName
  /** None when they are stored. */
  frames: Uint8Array[]
  stored: StoredFrames | null
}

/** An agent's first line: both wires are open. `frameFile`: it reads the file that requests may leave their frames in. */
export type ReadyMessage = { type: 'ready'; interface: AgentInterface; frameFile: boolean }
export type SentMessage = { id: number; type: 'sent' } & Sent
/** A request that could not be carried out; `id` is null where the line did not yield one. */
export type FailedMessage = { id: number | null; type: 'failed'; error: string }
/** All that an agent says, one JSON object a line. */
export type AgentMessage = ReadyMessage | SentMessage | FailedMessage

/** A line that breaks the protocol. */
export class ProtocolError extends Error {
  /** The request's id, where one could be read. */
  readonly id: number | null

  constructor(id: number | null, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProtocolError'
    this.id = id
  }
}

/** One line of JSON that says how many frames and bytes come, then these: each frame behind its length, four bytes, little-endian. */
export function encodeRequest(request: { id: number; wire: WireName; frames: readonly Uint8Array[] }): Uint8Array {
  const { id, wire, frames } = request
  let bytes = 0
  for (const frame of frames) bytes += lengthBytes + frame.length
  const header = Buffer.from(`${JSON.stringify({ id, type: 'send', wire, frames: frames.length, bytes })}\n`)
  const whole = new Uint8Array(Buffer.allocUnsafeSlow(header.length + bytes).buffer)
  const view = new DataView(whole.buffer)
  whole.set(header)
  let at = header.length
  for (const frame of frames) {
    view.setUint32(at, frame.length, true)
    whole.set(frame, at + lengthBytes)
    at += lengthBytes + frame.length
  }
  return whole
}

/** The line alone, of a request for the frame wire whose frames lie in the file that harness and agent share. */
export function encodeStoredRequest(id: number, stored: StoredFrames): string {
  return `${JSON.stringify({ id, type: 'send', wire: 'frame', ...stored })}\n`
}

/**
 * Where frames lie in the shared file, how many, and how many bytes they have together. At `offset` stands the request's id, a
 * double in eight bytes, then the length of each frame, four bytes, then the frames. Numbers are little-endian, as on every machine that agents run on.
 */
export interface StoredFrames {
  frames: number
  bytes: number
  offset: number
}

/** Bytes at the beginning of the shared file that are the agent's own. */
export const frameFileScratch = 1 << 20

/** Bytes of the id before the frames of a request in the shared file. */
export const frameFileMark = 8
/** Behind it, for every frame where it begins and how long it is, 32 bits each: first all beginnings, then all lengths. */
export const frameTableBytes = 8

/** How many bytes a request's line announces; 0 when it is no such line, so that the next line is a request again. */
export function announcedBytes(line: string): number {
  const announced = /^\{"id":.*"bytes":(\d{1,12})\}$/.exec(line)?.[1]
  return announced === undefined ? 0 : Number(announced)
}

/** @throws ProtocolError that says what is wrong, for the agent to answer with `failed` */
export function decodeRequest(line: string, body: Uint8Array): SendRequest {
  const { id, type, wire, frames, bytes, offset } = parse(line)
  if (!isCount(id)) throw new ProtocolError(null, `id must be a whole number, not ${show(id)}`)
  if (type !== 'send') throw new ProtocolError(id, `unknown type ${show(type)}; an agent takes "send"`)
  if (wire !== 'ip' && wire !== 'frame')
    throw new ProtocolError(id, `unknown wire ${show(wire)}; there are "ip" and "frame"`)
  if (!isCount(frames)) throw new ProtocolError(id, `frames must be how many there are, not ${show(frames)}`)
  if (offset === undefined) {
    if (bytes !== body.length) throw new ProtocolError(id, `bytes is ${show(bytes)}, but ${body.length} bytes came`)
    return { id, type, wire, frames: cut(id, body, frames), stored: null }
  }
  if (wire !== 'frame') throw new ProtocolError(id, `frames of the file go over the wire "frame", not "${wire}"`)
  if (!isCount(offset)) throw new ProtocolError(id, `offset must be a place in the file, not ${show(offset)}`)
  if (!isCount(bytes) || bytes + frames * lengthBytes > longestRequest)
    throw new ProtocolError(id, `frames and their bytes must be at most ${longestRequest} bytes, not ${show(bytes)}`)
  return { id, type, wire, frames: [], stored: { frames, bytes, offset } }
}

const lengthBytes = 4

function cut(id: number, body: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const frames: Uint8Array[] = []
  let at = 0
  while (at < body.length) {
    const start = at + lengthBytes
    const end = start > body.length ? start : start + view.getUint32(at, true)
    if (end > body.length)
      throw new ProtocolError(id, `frames[${frames.length}] ends ${end - body.length} bytes behind the request`)
    frames.push(body.subarray(start, end))
    at = end
  }
  if (frames.length !== count) throw new ProtocolError(id, `${count} frames are announced, but ${frames.length} came`)
  return frames
}

/** One line, with its end. */
export function encodeMessage(message: AgentMessage): string {
  return `${JSON.stringify(message)}\n`
}

/** @throws ProtocolError when the line is no message of an agent, say output of something else */
export function decodeMessage(line: string): AgentMessage {
  const message = parse(line)
  const id = isCount(message.id) ? message.id : null
  const whole =
    (message.type === 'ready' && isInterface(message.interface) && typeof message.frameFile === 'boolean') ||
    (message.type === 'sent' && id !== null && isSent(message)) ||
    (message.type === 'failed' && (id !== null || message.id === null) && typeof message.error === 'string')
  if (!whole) throw new ProtocolError(id, `not a message of an agent: ${show(message)}`)
  return message as AgentMessage
}

function parse(line: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new ProtocolError(null, `not JSON: ${show(line)}`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError(null, `not an object: ${show(value)}`)
  }
  return value as Record<string, unknown>
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isInterface(value: unknown): value is AgentInterface {
  const given = (value ?? {}) as Partial<Record<keyof AgentInterface, unknown>>
  return (
    [given.name, given.mac].every((v) => typeof v === 'string') && [given.index, given.link, given.mtu].every(isCount)
  )
}

function isSent(value: Record<string, unknown>): boolean {
  const { firstAt, lastAt, refused } = value
  return (
    Number.isFinite(firstAt) &&
    Number.isFinite(lastAt) &&
    Array.isArray(refused) &&
    refused.every((one) => isCount(one?.index) && typeof one?.error === 'string')
  )
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
