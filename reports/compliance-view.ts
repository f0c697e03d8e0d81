import { type ReviewedException, reviewExceptions } from '../harness/compliance/review-exceptions.ts'
import { figures } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { controlEvidence } from './control-evidence.ts'
import { counted } from './format.ts'
import type { ReportContext } from './reporter.ts'

export const controlColumns = [
  'Control',
  'What it asks for',
  'Status',
  'Figures',
  'Relation',
  'Limits',
  'Wording checked',
] as const

export const exceptionColumns = [
  'Exception',
  'State',
  'Covers',
  'Reason',
  'Owner',
  'Approver',
  'Expires',
  'Compensating control',
  'Ticket',
  'Problems',
] as const

/** What stands above the table of exceptions. */
export const exceptionsNote =
  'Gaps that somebody has accepted for a time. An exception changes no verdict, no figure and no exit code: what it covers is a gap all the same.'

const wording = {
  primary: 'against the text',
  secondary: 'against a copy or summary',
  unchecked: 'not checked',
} as const

/** The rows of a table of controls for each framework; empty when no mapping was given. */
export function controlsView(record: CampaignRecord, given: ReportContext): { title: string; rows: string[][] }[] {
  const reviewed = reviewedExceptions(record, given)
  const inForce = reviewed ? reviewed.filter((one) => one.inForce).length : null
  return controlEvidence(record, given.controls ?? [], inForce).map(({ mapping, controls }) => ({
    title: `${mapping.title}, ${mapping.version}`,
    rows: controls.map(({ row, status, decided, scenarios, figures: list }) => [
      row.id,
      row.paraphrase,
      status === 'evidence'
        ? `evidence of ${counted(decided, 'scenario')}`
        : `not assessed${scenarios.length === 0 ? ': no such scenario was played' : ''}`,
      list.map(({ name, value, measured }) => `${name}: ${measured ? value : `not measured (${value})`}`).join('; '),
      row.relation,
      row.limits,
      wording[row.checked],
    ]),
  }))
}

/** The rows of the table of exceptions; null when no register was given. */
export function exceptionsView(record: CampaignRecord, given: ReportContext): string[][] | null {
  return (
    reviewedExceptions(record, given)?.map(({ exception, inForce, covers, problems }) => [
      exception.id,
      inForce ? 'in force' : 'void',
      covers.join(', ') || 'nothing',
      exception.reason,
      exception.owner,
      exception.approver,
      exception.expires,
      exception.compensatingControl,
      exception.ticket,
      problems.map(({ kind, text }) => `${kind}: ${text}`).join('; ') || 'none',
    ]) ?? null
  )
}

/** The register held against the run; null when none was given. Against this run alone, so that the report needs no library. */
export function reviewedExceptions(record: CampaignRecord, given: ReportContext): ReviewedException[] | null {
  if (!given.exceptions) return null
  const { run } = record
  return reviewExceptions(given.exceptions, run.scenarios, run.startedAt.slice(0, 10), figures(record).scenarios)
}
