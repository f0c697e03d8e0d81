import { fileHeaderLength, writePcap } from '../../generators/wires/pcap-file.ts'
import type { EvidenceFile } from '../evidence/write.ts'
import type { CapturedFrame } from '../witness/match.ts'
import type { Entry } from './ledger.ts'
import type { Listening } from './listening.ts'

/** The packets of some playings as one pcap; those that are on the disk already come out of their files. */
export function capturedPackets(listening: Listening, entries: readonly Entry[]): EvidenceFile['content'] {
  const [only, ...others] = entries
  return only !== undefined && others.length === 0 ? packetsOf(listening, only) : joined(listening, entries)
}

/** Captured frames as a pcap. */
export function pcapOf(frames: readonly CapturedFrame[]): Uint8Array {
  return writePcap(frames.map(({ at, bytes }) => ({ at: BigInt(Math.round(at * 1000)) * 1000n, bytes })))
}

function packetsOf(listening: Listening, { trial, evidence }: Entry): Uint8Array | AsyncIterable<Uint8Array> {
  if (evidence !== null) return evidence.content()
  return (
    listening.packets(trial.id) ??
    pcapOf([...listening.matcher.captured(trial.id), ...listening.flows.captured(trial.id)])
  )
}

async function* joined(listening: Listening, entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  let skip = 0
  for (const entry of entries) {
    const packets = packetsOf(listening, entry)
    for await (const piece of packets instanceof Uint8Array ? [packets] : packets) {
      yield piece.subarray(skip)
      skip = Math.max(0, skip - piece.length)
    }
    skip = fileHeaderLength
  }
}
