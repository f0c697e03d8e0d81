import type { CampaignRecord, RecordedScenario, RecordedTrial, Summary } from './record.ts'

/** The counts of `run.json`, counted from the trials. `durationMs` is passed through. */
export function summarise(
  scenarios: readonly Pick<RecordedScenario, 'id'>[],
  trials: readonly Pick<RecordedTrial, 'kind' | 'verdict' | 'proof'>[],
  durationMs: number,
): Summary {
  const stimuli = trials.filter((trial) => trial.kind === 'stimulus')
  const controls = trials.filter((trial) => trial.kind === 'control')
  const count = (list: typeof stimuli, verdict: RecordedTrial['verdict']) =>
    list.filter((trial) => trial.verdict === verdict).length
  return {
    scenarios: scenarios.length,
    trials: stimuli.length,
    proven: stimuli.filter(({ proof }) => proof.frames > 0 && proof.found === proof.frames).length,
    detected: count(stimuli, 'detected'),
    partial: count(stimuli, 'partial'),
    logged: count(stimuli, 'logged'),
    missed: count(stimuli, 'missed'),
    inconclusive: count(stimuli, 'inconclusive'),
    notApplicable: count(stimuli, 'not-applicable'),
    controls: controls.length,
    quiet: count(controls, 'quiet'),
    falseAlarms: count(controls, 'false-alarm'),
    durationMs,
  }
}

/**
 * What in a record contradicts itself, in one sentence, or null. A file cut at the end of a line is
 * still valid line by line; only the counts tell.
 */
export function contradiction({ run, trials }: Pick<CampaignRecord, 'run' | 'trials'>): string | null {
  const known = new Set(run.scenarios.map(({ id }) => id))
  const seen = new Set<string>()
  for (const trial of trials) {
    if (!known.has(trial.scenario))
      return `trial ${trial.id} belongs to scenario ${trial.scenario}, which run.json does not list`
    if (seen.has(trial.id)) return `trial ${trial.id} is there twice`
    seen.add(trial.id)
  }
  const counted = summarise(run.scenarios, trials, run.summary.durationMs)
  for (const [name, value] of Object.entries(counted) as [keyof Summary, number][]) {
    if (run.summary[name] !== value)
      return `summary.${name} is ${run.summary[name]} in run.json, but trials.jsonl gives ${value}`
  }
  return null
}
