import type { ControlMapping } from '../harness/compliance/control-mapping.ts'
import type { Determinations } from '../harness/compliance/determinations.ts'
import type { Exception } from '../harness/compliance/exceptions.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import type { Printer } from './printer.ts'

export interface ReportFile {
  /** File name inside the run folder, `report.html`; always begins with `report.`. */
  path: string
  content: string | Uint8Array
}

/** What a reporter may need beside the record. */
export interface ReportContext {
  /** Path of a Chromium executable; needed by the reporters with `needsBrowser`. */
  browser?: string
  /** Prints in its stead; whoever made it ends it. */
  printer?: Printer
  /** Controls of frameworks, and which figures are evidence relevant to them. */
  controls?: readonly ControlMapping[]
  /** Gaps that somebody has accepted. */
  exceptions?: readonly Exception[]
  /** What a named assessor has decided. */
  determinations?: Determinations
  /** Who signs the run, as the folder says; absent: it is not signed. */
  signing?: { keyId: string; signedAt: string }
  /** The files that the report is made from, with their SHA-256 in hex. */
  files?: readonly { path: string; sha256: string }[]
}

/** Renders a record. Pure: the same record gives the same bytes. */
export interface Reporter {
  /** As given to `--format`. */
  name: string
  title: string
  needsBrowser?: boolean
  render: (record: CampaignRecord, context?: ReportContext) => Promise<ReportFile[]> | ReportFile[]
}

export function defineReporter(reporter: Reporter): Reporter {
  return reporter
}
