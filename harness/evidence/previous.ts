import { join } from 'node:path'
import { figures } from './figures.ts'
import { ObservationTally } from './observed.ts'
import { readRun, readTrials } from './read.ts'
import type { Destination } from './place.ts'
import type { RecordedPrevious, Run } from './record.ts'

/**
 * The run that a new one is compared with: the newest in the folder of all runs, or the one whose place it takes. Null
 * where there is none, it cannot be read, or it searched for a frontier.
 */
export async function readPrevious(destination: Destination): Promise<RecordedPrevious | null> {
  const directory = 'out' in destination ? destination.out : join(destination.runs, 'latest')
  try {
    const run = await readRun(directory)
    if (run.frontier) return null
    return previousOf({ run, trials: await readTrials(directory), ...new ObservationTally([]).observed })
  } catch {
    // A run must not fail because of an older one.
    return null
  }
}

/** What is kept of a record to compare a later one with. Pure. */
export function previousOf(record: Parameters<typeof figures>[0]): RecordedPrevious {
  const { run } = record
  const { scenarios, mustNotAlert } = figures(record)
  return {
    id: run.id,
    startedAt: run.startedAt,
    tool: run.tool.version,
    campaign: run.campaign.digest,
    windowMs: run.campaign.windowMs,
    rules: rulesOf(run),
    scenarios: [...scenarios, ...mustNotAlert].map(({ scenario, outcome, twin }) => ({
      id: scenario.id,
      digest: scenario.digest,
      outcome,
      twin,
    })),
  }
}

/** The rules of a run in one line that is the same for the same rules; empty where they are not known. */
export function rulesOf({ ruleSet }: Pick<Run, 'ruleSet'>): string {
  if (!ruleSet) return ''
  return [ruleSet.name, ruleSet.version, ruleSet.digest, ruleSet.tocsin?.digest ?? ''].filter(Boolean).join(' ')
}
