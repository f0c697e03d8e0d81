import { open } from 'node:fs/promises'
import { foldSum, internetChecksum, sumPseudoHeader, sumWords } from '../../../generators/packets/checksum.ts'
import { pcapPieces } from '../../../generators/wires/pcap-file.ts'

export interface LargeCaptureOptions {
  /** Of the file, about. */
  bytes: number
  /** Lengths of the frames, one after another and again. */
  sizes: readonly number[]
  /** Every so manieth frame comes from the server; 0: none. */
  answerEvery?: number
}

/** Writes a pcap of UDP datagrams between two hosts, all distinct, without having it in memory. Returns how many frames it has. */
export async function largeCapture(
  path: string,
  { bytes, sizes, answerEvery = 0 }: LargeCaptureOptions,
): Promise<number> {
  const count = Math.floor(bytes / (sizes.reduce((sum, size) => sum + size + 16, 0) / sizes.length))
  const file = await open(path, 'wx')
  try {
    for (const piece of pcapPieces(frames(count, sizes, answerEvery))) await file.appendFile(piece)
  } finally {
    await file.close()
  }
  return count
}

function* frames(count: number, sizes: readonly number[], answerEvery: number) {
  for (let number = 0; number < count; number++) {
    const isAnswer = answerEvery > 0 && number % answerEvery === answerEvery - 1
    yield { at: BigInt(number) * 10_000n, bytes: datagram(number, sizes[number % sizes.length] as number, isAnswer) }
  }
}

/** Between 10.0.0.1, one of fifty ports, and 10.0.0.2, port 9 (RFC 768); `number` makes it distinct. */
function datagram(number: number, size: number, isAnswer: boolean): Uint8Array {
  const bytes = Buffer.alloc(size)
  const [client, server] = [Buffer.from('02746f636301', 'hex'), Buffer.from('02746f636302', 'hex')]
  bytes.set(isAnswer ? [...client, ...server] : [...server, ...client], 0)
  bytes.write('08004500', 12, 'hex')
  bytes.writeUInt16BE(size - 14, 16)
  bytes.writeUInt16BE(number & 0xffff, 18)
  bytes.write('40004011', 20, 'hex')
  bytes.set(isAnswer ? [10, 0, 0, 2, 10, 0, 0, 1] : [10, 0, 0, 1, 10, 0, 0, 2], 26)
  bytes.writeUInt16BE(internetChecksum(bytes, 14, 34), 24)
  const port = 40_000 + (number % 50)
  bytes.writeUInt16BE(isAnswer ? 9 : port, 34)
  bytes.writeUInt16BE(isAnswer ? port : 9, 36)
  bytes.writeUInt16BE(size - 34, 38)
  bytes.writeUInt32BE(number, 42)
  const pseudo = sumPseudoHeader({ source: bytes.subarray(26, 30), destination: bytes.subarray(30, 34) }, 17, size - 34)
  bytes.writeUInt16BE(foldSum(pseudo + sumWords(bytes, 34)) || 0xffff, 40)
  return bytes
}
