import { join } from 'node:path'
import { generators } from '../../generators/registry.ts'
import { conversationToPcap } from '../../generators/wires/pcap-file.ts'
import { exampleTrials } from '../../harness/commands/show.ts'
import { makeConversation } from '../../harness/plan/conversation.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { root } from '../cli/tocsin.ts'
import type { BenchResult } from './table.ts'

const rounds = 5

/** The whole library, every case with its benign twin, from YAML to pcaps. */
export async function benchRender(): Promise<BenchResult> {
  const loading: number[] = []
  const rendering: number[] = []
  let pcaps = 0
  let bytes = 0
  for (let round = 1; round <= rounds; round++) {
    const start = performance.now()
    const library = loadLibrary(join(root, 'scenarios'), generators)
    const loaded = performance.now()
    const rendered = library
      .flatMap((scenario) => exampleTrials(scenario).trials)
      .map((trial) => conversationToPcap(makeConversation(trial, generators), 0).length)
    loading.push(loaded - start)
    rendering.push(performance.now() - loaded)
    pcaps = rendered.length
    bytes = rendered.reduce((sum, length) => sum + length, 0)
  }
  return {
    title: 'The whole library as pcaps',
    unit: 'ms',
    rows: [
      { name: 'reading and checking every file', samples: loading },
      { name: `rendering ${pcaps} pcaps, ${(bytes / 1e6).toFixed(1)} MB`, samples: rendering },
    ],
    notes: ['in one process, which gets faster from round to round'],
    requirements: [],
  }
}
