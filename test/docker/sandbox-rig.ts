import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { connectEngine, type DockerEngine } from '../../harness/sandbox/engine.ts'
import { ensureImages, type Images } from '../../harness/sandbox/images.ts'
import { openSandbox, type Sandbox, type SandboxOptions } from '../../harness/sandbox/sandbox.ts'
import type { CapturedFrame } from '../../harness/witness/capture.ts'

export const dist = fileURLToPath(new URL('../..', import.meta.url))
export const root = join(dist, '..')
export const signal = new AbortController().signal

/** The real engine with the images of this checkout. */
export async function realEngine(): Promise<{ engine: DockerEngine; images: Images }> {
  const engine = await connectEngine()
  return { engine, images: await ensureImages(engine, { root, dist, signal, progress: () => {} }) }
}

export function newSession(): string {
  return `test-${randomBytes(4).toString('hex')}`
}

/** Opens a sandbox that goes with the test. */
export async function sandboxFor(
  t: Test,
  options: Partial<SandboxOptions> & Pick<SandboxOptions, 'engine' | 'images'>,
): Promise<Sandbox> {
  const sandbox = await openSandbox({ session: newSession(), subnet: '198.18.0.0/20', signal, ...options })
  t.teardown(() => sandbox[Symbol.asyncDispose]())
  return sandbox
}

/** Reads a capture and lets a test wait for what it shall hold. */
export class Capture {
  readonly frames: CapturedFrame[] = []
  #check = () => {}

  constructor(capture: AsyncIterable<CapturedFrame>) {
    void this.#read(capture)
  }

  /** Resolves as soon as so many frames are there. */
  atLeast(count: number): Promise<void> {
    return this.until(() => this.frames.length >= count)
  }

  /** Resolves as soon as a condition holds; it is looked at when a frame comes. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#check = () => {
        if (condition()) resolve()
      }
      this.#check()
    })
  }

  hex(): string[] {
    return this.frames.map(({ bytes }) => Buffer.from(bytes).toString('hex'))
  }

  async #read(capture: AsyncIterable<CapturedFrame>): Promise<void> {
    for await (const frame of capture) {
      this.frames.push(frame)
      this.#check()
    }
  }
}

export interface IcmpOptions {
  from: string
  to: string
  /** An unassigned type raises Suricata's 2200024. */
  type?: number
  payload?: string
  macs?: { from: string; to: string }
}

/** An Ethernet frame with an ICMP message between ghosts (RFC 792). */
export function icmp({ from, to, type = 44, payload = '', macs }: IcmpOptions): Uint8Array {
  const message = Buffer.concat([Buffer.from([type, 0, 0, 0, 0, 0, 0, 1]), Buffer.from(payload)])
  message.writeUInt16BE(checksum(message), 2)
  return ipv4(1, { from, to, macs }, message)
}

/** A TCP segment of no connection, port 40000 to port 80, with FIN and ACK (RFC 9293 §3.1). */
export function strayFin({ from, to }: { from: string; to: string }): Uint8Array {
  const segment = Buffer.from('9c4000500000000100000001' + '5011faf000000000', 'hex')
  const pseudo = Buffer.from([...address(from), ...address(to), 0, 6, 0, segment.length])
  segment.writeUInt16BE(checksum(Buffer.concat([pseudo, segment])), 16)
  return ipv4(6, { from, to }, segment)
}

type Between = { from: string; to: string; macs?: IcmpOptions['macs'] | undefined }

/** RFC 791 §3.1. */
function ipv4(protocol: number, { from, to, macs }: Between, payload: Buffer): Uint8Array {
  const header = Buffer.from([0x45, 0, 0, 0, 0, 1, 0, 0, 64, protocol, 0, 0, ...address(from), ...address(to)])
  header.writeUInt16BE(header.length + payload.length, 2)
  header.writeUInt16BE(checksum(header), 10)
  const { from: source, to: destination } = macs ?? { from: '02:54:00:00:00:10', to: '02:54:00:00:00:11' }
  return Buffer.concat([mac(destination), mac(source), Buffer.from([8, 0]), header, payload])
}

export function mac(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex')
}

function address(text: string): number[] {
  return text.split('.').map(Number)
}

/** RFC 1071 §1. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let offset = 0; offset < bytes.length; offset += 2) {
    sum += offset + 1 < bytes.length ? bytes.readUInt16BE(offset) : (bytes[offset] ?? 0) << 8
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
