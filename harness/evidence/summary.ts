import type { CampaignRecord, RecordedScenario, RecordedTrial, Summary } from './record.ts'

/** The counts of `run.json`, counted from the trials. `durationMs` is passed through. */
export function summarise(
  scenarios: readonly Pick<RecordedScenario, 'id' | 'expected'>[],
  trials: readonly Pick<RecordedTrial, 'scenario' | 'kind' | 'verdict' | 'proof'>[],
  durationMs: number,
): Summary {
  const stimuli = trials.filter((trial) => trial.kind === 'stimulus')
  const legal = new Set(scenarios.filter(mustNotAlert).map(({ id }) => id))
  const controls = trials.filter(({ kind, scenario }) => kind === 'control' && !legal.has(scenario))
  const mustBeQuiet = trials.filter(({ scenario }) => legal.has(scenario))
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
    mustNotAlert: mustBeQuiet.length,
    ruleDefects: count([...controls, ...mustBeQuiet], 'rule-defect'),
    durationMs,
  }
}

/** Whether a scenario is legal traffic on which no rule should alert, and no anomaly. */
export function mustNotAlert({ expected }: Pick<RecordedScenario, 'expected'>): boolean {
  return expected === 'quiet'
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
  const wrong = baselineContradiction(run, trials) ?? consoleContradiction(run, trials)
  if (wrong) return wrong
  const counted = summarise(run.scenarios, trials, run.summary.durationMs)
  for (const [name, value] of Object.entries(counted) as [keyof Summary, number][]) {
    if (run.summary[name] !== value)
      return `summary.${name} is ${run.summary[name]} in run.json, but trials.jsonl gives ${value}`
  }
  return null
}

/** What the trials say of the console adds up to what `run.json` says. */
function consoleContradiction(run: CampaignRecord['run'], trials: readonly RecordedTrial[]): string | null {
  const { shown = 0, notShown = 0, inconclusive = 0 } = run.console ?? {}
  for (const [outcome, told] of [
    ['shown', shown],
    ['not-shown', notShown],
    ['inconclusive', inconclusive],
  ] as const) {
    const counted = trials.filter(({ console }) => console?.outcome === outcome).length
    if (counted !== told)
      return `the console is ${outcome} in ${told} trials by run.json, but trials.jsonl gives ${counted}`
  }
  return null
}

/** The conversations of `run.json` and the counts of the trials tell of the same traffic. */
function baselineContradiction({ baseline }: CampaignRecord['run'], trials: readonly RecordedTrial[]): string | null {
  const conversations = baseline?.conversations ?? []
  const sums = new Map<string, { conversations: number; frames: number; found: number }>()
  for (const { trial, frames, found } of conversations) {
    const sum = sums.get(trial) ?? { conversations: 0, frames: 0, found: 0 }
    sums.set(trial, { conversations: sum.conversations + 1, frames: sum.frames + frames, found: sum.found + found })
  }
  for (const { id, baseline: own } of trials) {
    const sum = sums.get(id) ?? { conversations: 0, frames: 0, found: 0 }
    for (const key of ['conversations', 'frames', 'found'] as const)
      if ((own?.[key] ?? 0) !== sum[key])
        return `the baseline of trial ${id} has ${own?.[key] ?? 0} ${key}, but the conversations of run.json give ${sum[key]}`
    sums.delete(id)
  }
  const [unknown] = sums.keys()
  return unknown === undefined ? null : `a conversation of the baseline belongs to trial ${unknown}, which is not there`
}
