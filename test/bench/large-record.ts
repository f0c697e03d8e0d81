import { readWhole } from '../../harness/evidence/read.ts'
import { summarise } from '../../harness/evidence/summary.ts'
import { writeRecord } from '../../harness/evidence/write.ts'

/**
 * Writes a record of many trials into `out`: those of a real run over and over, with other ids, and their observations with
 * them. Trials with a baseline are not repeated, since run.json counts their conversations. No packets.
 */
export async function writeLargeRecord(run: string, out: string, count: number): Promise<void> {
  const { run: one, trials, observations } = await readWhole(run)
  const repeatable = trials.filter(({ baseline }) => baseline === undefined)
  const many = [...trials]
  const ids = new Map<string, string[]>()
  for (let round = 2; many.length < count; round++)
    for (const trial of repeatable.slice(0, count - many.length)) {
      const id = trial.id.replace(/\d+$/, String(round))
      many.push({ ...trial, id, trial: round })
      ids.set(trial.id, [...(ids.get(trial.id) ?? []), id])
    }
  const order = new Map(one.scenarios.map(({ id }, index) => [id, index]))
  const place = ({ scenario }: { scenario: string }) => order.get(scenario) ?? 0
  many.sort((a, b) => place(a) - place(b))
  function* seen() {
    for (const observation of observations) {
      yield observation
      for (const trial of ids.get(observation.trial ?? '') ?? []) yield { ...observation, trial }
    }
  }
  const record = { ...one, summary: summarise(one.scenarios, many, one.summary.durationMs) }
  await writeRecord({ out }, { run: record, trials: many, observations: seen() })
}
