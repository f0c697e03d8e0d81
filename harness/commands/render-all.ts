import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generators } from '../../generators/registry.ts'
import { conversationPieces } from '../../generators/wires/pcap-file.ts'
import { evidencePath } from '../campaign/baseline-record.ts'
import { makeConversation, playsProcess } from '../plan/conversation.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { exampleTrials } from './show.ts'

/**
 * Writes the packets of every case of some scenarios, anomaly and benign twin, a pcap file each. Processes are left out: a kernel
 * makes their packets.
 * @param files the scenario folder, for files beside scenarios
 * @param startMs time of each first frame, milliseconds since the epoch
 * @returns how many files
 * @throws InputError for packets that cannot be made
 */
export function renderAll(
  scenarios: readonly LoadedScenario[],
  { files, folder, startMs }: { files: string; folder: string; startMs: number },
): number {
  mkdirSync(folder, { recursive: true })
  const trials = scenarios.flatMap(exampleTrials).filter((trial) => !playsProcess(trial, generators))
  for (const trial of trials) {
    const name = evidencePath(trial.id)
      .replace(/^evidence\//, '')
      .replace(/_\d+\.pcap$/, '.pcap')
    const file = openSync(join(folder, name), 'w')
    try {
      for (const piece of conversationPieces(makeConversation(trial, generators, files), startMs))
        writeFileSync(file, piece)
    } finally {
      closeSync(file)
    }
  }
  return trials.length
}
