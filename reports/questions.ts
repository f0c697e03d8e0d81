import { type Figures, isDecided } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { authorisation, expected, played, timeToDetectWords } from './account.ts'
import type { ReviewedException } from '../harness/compliance/review-exceptions.ts'
import { counted, listed, percent, time } from './format.ts'
import type { SigningMark } from './integrity.ts'

/** One question of an auditor, its answer in a line or two, and the section that has it in full. */
export interface Answer {
  question: string
  answer: string
  /** Fragment and title of the section. */
  section: [anchor: string, title: string]
}

/** What an auditor asks first. Pure. */
export function answers(
  record: CampaignRecord,
  all: Figures,
  {
    exceptions,
    mark,
    unmeasured,
  }: { exceptions: readonly ReviewedException[] | null; mark: SigningMark; unmeasured: number },
): Answer[] {
  const { run } = record
  const { summary } = run
  const ttd = timeToDetectWords(all)
  const { knownGaps, surprises } = expected(all)
  const { partial, logged, missed } = all.outcomes
  const of = run.population ? ` of ${run.population.scenarios} in the library` : ''
  const stack =
    listed(run.monitors.map(({ name, version }) => `${name}${version ? ` ${version}` : ''}`)) || 'no monitor'
  const whose = run.monitors.some(({ embedded }) => embedded) ? ', started by Tocsin' : ''
  const decided = all.scenarios.filter(isDecided).length
  return [
    {
      question: 'What was in scope?',
      answer: `${counted(run.scenarios.length, 'scenario')}${of}, on the closed network ${run.network.subnet}, against ${stack}${whose}. ${played(record)}.`,
      section: ['population', 'Population'],
    },
    { question: 'Who allowed it?', answer: `${authorisation(record)}.`, section: ['scope', 'Scope and authority'] },
    {
      question: 'What was tried and proven?',
      answer: `${counted(summary.trials, 'anomaly', 'anomalies')}, of which ${summary.proven} proven by the witness, and ${counted(summary.controls, 'benign twin')}.`,
      section: ['population', 'Population'],
    },
    {
      question: 'What was seen, and how fast?',
      answer: `${all.detected.n === 0 ? 'Nothing could be decided' : `${all.detected.k} of ${decided} scenarios detected (${percent(all.detected.k / all.detected.n)})`}; time to detect ${ttd.median} in the median, ${ttd.lateName} ${ttd.late}.`,
      section: ['figures', 'Results'],
    },
    {
      question: 'What was missed, and why?',
      answer:
        partial + logged + missed === 0
          ? 'Nothing that could be decided.'
          : `${missed} missed, ${logged} only logged, ${partial} with another alert than expected or too late. ${knownGaps} ${knownGaps === 1 ? 'was a known gap' : 'were known gaps'} (no rule, or a known blind spot); ${surprises} fell short of what was expected.`,
      section: ['attention', 'Gaps'],
    },
    {
      question: 'What was excepted, by whom, until when?',
      answer: excepted(exceptions),
      section: ['exceptions', 'Exceptions'],
    },
    {
      question: 'What was not measured?',
      answer: `${all.outcomes.inconclusive + all.outcomes['not-applicable']} of ${all.scenarios.length} scenarios could not be decided or had no monitor; ${counted(unmeasured, 'thing')} that this run says nothing of ${unmeasured === 1 ? 'is' : 'are'} listed.`,
      section: ['limitations', 'Not measured'],
    },
    {
      question: 'Is this file what the tool wrote?',
      answer: mark.isSigned
        ? `${mark.short}; tocsin verify with the signer’s public key shows it.`
        : 'This report was made UNSIGNED: nothing here shows it. Made again from the record, it must be the same bytes.',
      section: ['integrity', 'Integrity'],
    },
    {
      question: 'How long does it hold?',
      answer: `For the software, rules and settings of ${run.startedAt.slice(0, 10)}, within a window of ${time(run.campaign.windowMs)}; a change of any asks for a new run.`,
      section: ['environment', 'Environment'],
    },
  ]
}

function excepted(exceptions: readonly ReviewedException[] | null): string {
  if (exceptions === null) return 'Nothing: no register of exceptions was given.'
  const inForce = exceptions.filter((one) => one.inForce)
  const latest = inForce
    .map(({ exception }) => exception.expires)
    .sort()
    .at(-1)
  if (inForce.length === 0) return `Nothing: none of ${counted(exceptions.length, 'exception')} is in force.`
  const by = listed([...new Set(inForce.map(({ exception }) => exception.approver))].sort())
  return `${inForce.length} of ${counted(exceptions.length, 'exception')} in force, approved by ${by}, the last until ${latest}.`
}
