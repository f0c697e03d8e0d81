import type { Figures } from '../harness/evidence/figures.ts'
import { rulesOf } from '../harness/evidence/previous.ts'
import type { CampaignRecord, RecordedPrevious, Run } from '../harness/evidence/record.ts'
import { time } from './format.ts'
import { verdictWords } from './verdict-words.ts'

/** One scenario of which the stack says something else than in the run before. */
export interface Change {
  id: string
  title: string
  /** `Detected, twin quiet`. */
  was: string
  now: string
}

/** What is not as it was in the run before. */
export interface Changes {
  previous: Pick<RecordedPrevious, 'id' | 'startedAt'>
  worse: Change[]
  better: Change[]
  /** Became decidable, or is no longer. */
  other: Change[]
  same: number
  /** In only one of the two runs. */
  added: number
  gone: number
  /** Scenarios whose file is another one now: what changed may be the question, not the answer. */
  rewritten: number
  /** What else was not the same, a clause each; empty: the runs can be compared as they are. */
  differences: string[]
}

type Seen = RecordedPrevious['scenarios'][number]

/** Compares a run with the one before it; null when the record names none. Pure. */
export function changes({ run }: Pick<CampaignRecord, 'run'>, { scenarios, mustNotAlert }: Figures): Changes | null {
  const { previous } = run
  if (!previous) return null
  const before = new Map(previous.scenarios.map((one) => [one.id, one]))
  const now = [...scenarios, ...mustNotAlert]
  const found: Changes = {
    previous,
    worse: [],
    better: [],
    other: [],
    same: 0,
    added: 0,
    gone: 0,
    rewritten: 0,
    differences: differences(run, previous),
  }
  for (const { scenario, outcome, twin } of now) {
    const old = before.get(scenario.id)
    before.delete(scenario.id)
    if (!old) {
      found.added += 1
      continue
    }
    if (old.digest !== scenario.digest) found.rewritten += 1
    const change = { id: scenario.id, title: scenario.title, was: words(old), now: words({ outcome, twin }) }
    if (change.was === change.now) found.same += 1
    else found[directionOf(old, { outcome, twin })].push(change)
  }
  found.gone = before.size
  return found
}

function words({ outcome, twin }: Pick<Seen, 'outcome' | 'twin'>): string {
  const twinWord = twin === null ? '' : `, twin ${verdictWords[twin].word.toLowerCase()}`
  return `${verdictWords[outcome].word}${twinWord}`
}

const ranks = { detected: 3, partial: 2, logged: 1, missed: 0, inconclusive: null, 'not-applicable': null } as const
const twinRanks = { quiet: 1, 'false-alarm': 0, 'rule-defect': 0, inconclusive: null, 'not-applicable': null } as const

/** Worse if anything is worse: a detection that was lost is not made up for by a twin that is quiet now. */
function directionOf(
  old: Pick<Seen, 'outcome' | 'twin'>,
  now: Pick<Seen, 'outcome' | 'twin'>,
): 'worse' | 'better' | 'other' {
  const steps = [
    step(ranks[old.outcome], ranks[now.outcome]),
    step(old.twin && twinRanks[old.twin], now.twin && twinRanks[now.twin]),
  ]
  return steps.some((each) => each < 0) ? 'worse' : steps.some((each) => each > 0) ? 'better' : 'other'
}

function step(old: number | null, now: number | null): number {
  return old === null || now === null ? 0 : now - old
}

function differences(run: Run, previous: RecordedPrevious): string[] {
  const { campaign, tool } = run
  return [
    previous.windowMs === campaign.windowMs
      ? ''
      : `the window was ${time(previous.windowMs)}, and is ${time(campaign.windowMs)}`,
    previous.rules === rulesOf(run) ? '' : 'the rules are not the same',
    previous.campaign === campaign.digest ? '' : 'the campaign is not the same',
    previous.tool === tool.version ? '' : `it was played by Tocsin ${previous.tool}`,
  ].filter(Boolean)
}
