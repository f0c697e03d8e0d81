import { join } from 'node:path'
import { generators } from '../../generators/registry.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { root } from '../cli/tocsin.ts'
import { type TimedRun, timedRun, withFolder } from './command-line.ts'
import { type BenchResult, median } from './table.ts'

const scenarios = 40
const rounds = 3
const manyTrials = 11
const longestCampaign = 20
/** Milliseconds. */
const dearestTrial = 8

/** A whole campaign from command to reports, and what more trials add to it. Wants a Docker engine and Chromium. */
export async function benchCampaign(): Promise<BenchResult> {
  return withFolder(async (folder) => {
    const only = ['--only', everyNetworkClause().join(',')]
    const once: TimedRun[] = []
    const often: TimedRun[] = []
    for (let round = 1; round <= rounds; round++) {
      once.push(checked(await timedRun(folder, only), 1))
      often.push(checked(await timedRun(folder, [...only, '--trials', String(manyTrials)]), manyTrials))
    }
    const whole = median(seconds(once))
    const added = 2 * scenarios * (manyTrials - 1)
    const each = ((median(seconds(often)) - whole) / added) * 1000
    const shown = `${scenarios} anomalies and ${scenarios} benign twins`
    return {
      title: 'A campaign of network scenarios from command to reports',
      unit: 's',
      rows: [
        { name: `${shown}, once`, samples: seconds(once) },
        { name: `the same, ${manyTrials} times each`, samples: seconds(often) },
        { name: 'of once: sandbox, playing, listening', samples: once.map((run) => run.summary.durationMs / 1000) },
      ],
      notes: [
        'the command line in a process of its own, images built, every report written, PDF too; processes: see endpoint',
        `${added.toLocaleString('en')} more trials, their share of every report included, take ${each.toFixed(2)} ms each`,
      ],
      requirements: [
        { text: `the whole campaign takes under ${longestCampaign} s`, met: whole < longestCampaign },
        { text: `one more trial costs under ${dearestTrial} ms`, met: each < dearestTrial },
      ],
    }
  })
}

/** Network scenarios of one case each on which no rule misfires, spread evenly over the library. */
function everyNetworkClause(): string[] {
  const single = loadLibrary(join(root, 'scenarios'), generators, 'parameters').filter(
    ({ clause, cases, knownDefects }) => clause !== 'rogue-process' && cases.length === 1 && knownDefects === undefined,
  )
  return Array.from(
    { length: scenarios },
    (_, index) => (single[Math.floor((index * single.length) / scenarios)] as (typeof single)[number]).id,
  )
}

function checked(run: TimedRun, trials: number): TimedRun {
  const { proven, quiet, inconclusive } = run.summary
  const expected = scenarios * trials
  if (proven !== expected || quiet !== expected || inconclusive !== 0)
    throw new Error(`of ${expected} anomalies ${proven} are proven, of as many benign twins ${quiet} quiet`)
  return run
}

function seconds(runs: readonly TimedRun[]): number[] {
  return runs.map((run) => run.seconds)
}
