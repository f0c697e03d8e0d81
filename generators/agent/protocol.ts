import type { Sent, WireName } from '../wires/wire.ts'

/** Bytes of the longest line that either side takes. 256 MiB hold three million small frames. */
export const longestLine = 256 * 1024 * 1024

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
  frames: Uint8Array[]
}

/** An agent's first line: both wires are open. */
export type ReadyMessage = { type: 'ready'; interface: AgentInterface }
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

/** One line, with its end; frames travel as base64. */
export function encodeRequest(request: { id: number; wire: WireName; frames: readonly Uint8Array[] }): string {
  const { id, wire } = request
  const frames = request.frames.map((f) => Buffer.from(f.buffer, f.byteOffset, f.byteLength).toString('base64'))
  return `${JSON.stringify({ id, type: 'send', wire, frames })}\n`
}

/** @throws ProtocolError that says what is wrong, for the agent to answer with `failed` */
export function decodeRequest(line: string): SendRequest {
  const { id, type, wire, frames } = parse(line)
  if (!isCount(id)) throw new ProtocolError(null, `id must be a whole number, not ${show(id)}`)
  if (type !== 'send') throw new ProtocolError(id, `unknown type ${show(type)}; an agent takes "send"`)
  if (wire !== 'ip' && wire !== 'frame')
    throw new ProtocolError(id, `unknown wire ${show(wire)}; there are "ip" and "frame"`)
  if (!Array.isArray(frames)) throw new ProtocolError(id, `frames must be a list of base64 texts, not ${show(frames)}`)
  const decoded = frames.map((text: unknown, index) => {
    const bytes = typeof text === 'string' ? decodeBase64(text) : null
    if (bytes === null) throw new ProtocolError(id, `frames[${index}] is not base64: ${show(text)}`)
    return bytes
  })
  return { id, type, wire, frames: decoded }
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
    (message.type === 'ready' && isInterface(message.interface)) ||
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

/** Node's decoder passes over what is not base64, which would send other bytes than were meant: the length gives it away. */
function decodeBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return text.length % 4 === 0 && bytes.length === (text.length / 4) * 3 - padding ? bytes : null
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
