import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs'
import { fileHeaderLength, pcapPieces } from '../../generators/wires/pcap-file.ts'
import type { CapturedFrame } from '../witness/match.ts'

/** Frames that are held before they are written. */
const held = 256

/** The captured frames of one trial, written to a pcap file of their own as they come: for trials that are too large for memory. */
export class EvidenceSpool {
  readonly #path: string
  readonly #file: number
  #frames: { at: bigint; bytes: Uint8Array }[] = []
  #isBegun = false

  /** @throws Error when the file cannot be made */
  constructor(path: string) {
    this.#path = path
    this.#file = openSync(path, 'wx', 0o600)
  }

  /** Takes a frame; its bytes are copied. @throws Error when the disk is full */
  add({ at, bytes }: CapturedFrame): void {
    this.#frames.push({ at: BigInt(Math.round(at * 1000)) * 1000n, bytes: Uint8Array.from(bytes) })
    if (this.#frames.length >= held) this.#write()
  }

  /** Ends the file and hands it out, piece by piece. It is removed when it has been read. */
  async *content(): AsyncGenerator<Uint8Array> {
    this.#write()
    closeSync(this.#file)
    for await (const piece of createReadStream(this.#path, { highWaterMark: 1 << 20 })) yield piece as Uint8Array
    rmSync(this.#path, { force: true })
  }

  #write(): void {
    const header = this.#isBegun ? fileHeaderLength : 0
    for (const [index, piece] of [...pcapPieces(this.#frames)].entries())
      writeAll(this.#file, index === 0 ? piece.subarray(header) : piece)
    this.#isBegun = true
    this.#frames = []
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
}
