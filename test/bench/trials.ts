import { type TimedRun, timedRun, withFolder } from './command-line.ts'
import { type BenchResult, median } from './table.ts'

const scenario = 'tcp-est-syn-fin'
/** Trials of the anomaly; as many of its benign twin come beside them. */
const few = 50
const many = 1000
const rounds = 3
/** Milliseconds. */
const dearestTrial = 8
/** How much more memory twenty times the trials may take. */
const memoryGrowth = 1.15

/** One scenario, 100 trials and 2,000, in a process of its own each: what one more trial takes in time and memory. */
export async function benchTrials(): Promise<BenchResult> {
  return withFolder(async (folder) => {
    const runs: Record<'small' | 'large', TimedRun[]> = { small: [], large: [] }
    for (let round = 1; round <= rounds; round++) {
      runs.small.push(await repeated(folder, few))
      runs.large.push(await repeated(folder, many))
    }
    const seconds = (list: readonly TimedRun[]) => list.map((run) => run.seconds)
    const memory = (list: readonly TimedRun[]) => median(list.map((run) => run.peakMemoryMiB))
    const added = 2 * (many - few)
    const each = ((median(seconds(runs.large)) - median(seconds(runs.small))) / added) * 1000
    const growth = memory(runs.large) / memory(runs.small)
    const kept = ((memory(runs.large) - memory(runs.small)) / added) * 1024
    const trials = (count: number) => `${(2 * count).toLocaleString('en')} trials of ${scenario}`
    return {
      title: 'One more trial',
      unit: 's',
      rows: [
        { name: trials(few), samples: seconds(runs.small) },
        { name: trials(many), samples: seconds(runs.large) },
      ],
      notes: [
        'the command line in a process of its own, from start to record and CSV report',
        `one more trial takes ${each.toFixed(2)} ms`,
        `most memory: ${memory(runs.small).toFixed(0)} MiB with ${trials(few)}, ${memory(runs.large).toFixed(0)} MiB with ${trials(many)} (${growth.toFixed(2)} times, ${kept.toFixed(1)} KiB for one more trial)`,
      ],
      requirements: [
        { text: `one more trial costs under ${dearestTrial} ms`, met: each < dearestTrial },
        { text: `twenty times the trials take at most ${memoryGrowth} times the memory`, met: growth <= memoryGrowth },
      ],
    }
  })
}

async function repeated(folder: string, trials: number): Promise<TimedRun> {
  const options = ['--only', scenario, '--trials', String(trials), '--format', 'csv', '--seed', 'trials']
  const run = await timedRun(folder, options)
  const { detected, quiet } = run.summary
  if (detected !== trials || quiet !== trials)
    throw new Error(`of ${trials} trials ${detected} are detected, of as many twins ${quiet} quiet`)
  return run
}
