import { fileHeaderLength, writePcap } from '../../generators/wires/pcap-file.ts'
import type { EvidenceFile } from '../evidence/write.ts'
import type { Entry } from './ledger.ts'
import type { Listening } from './listening.ts'

/** The packets of some playings as one pcap; those that are too many for memory come out of their files. */
export function capturedPackets(listening: Listening, entries: readonly Entry[]): EvidenceFile['content'] {
  const [only, ...others] = entries
  if (only?.evidence && others.length === 0) return only.evidence.content()
  if (entries.some(({ evidence }) => evidence !== null)) return joined(listening, entries)
  const frames = entries.flatMap(({ trial }) => [
    ...listening.matcher.captured(trial.id),
    ...listening.flows.captured(trial.id),
  ])
  return writePcap(frames.map(({ at, bytes }) => ({ at: BigInt(Math.round(at * 1000)) * 1000n, bytes })))
}

async function* joined(listening: Listening, entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  let skip = 0
  for (const entry of entries) {
    for await (const piece of entry.evidence?.content() ?? [capturedPackets(listening, [entry]) as Uint8Array]) {
      yield piece.subarray(skip)
      skip = Math.max(0, skip - piece.length)
    }
    skip = fileHeaderLength
  }
}
