import { createHash } from 'node:crypto'
import type { ControlMapping } from '../harness/compliance/control-mapping.ts'
import { coveredBy } from '../harness/compliance/review-exceptions.ts'
import type { Exception } from '../harness/compliance/exceptions.ts'
import { type Figures, figures, isDecided, type ScenarioFigures } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { reviewedExceptions } from './compliance-view.ts'
import { type ControlEvidence, controlEvidence } from './control-evidence.ts'
import { plain } from './markdown.ts'
import type { ReportContext } from './reporter.ts'
import { oneLine } from './text.ts'
import { uuid5 } from './uuid.ts'

/** Version of OSCAL that is written. */
export const oscalVersion = '1.2.2'
/** Namespace of our own props; a name, not an address. */
const ns = 'https://tocsin.invalid/ns/oscal'

/** What all three OSCAL documents of a run share. */
export interface Oscal {
  record: CampaignRecord
  given: ReportContext
  figures: Figures
  /** The UUID of a thing of this record: the same record gives the same. */
  id: (name: string) => string
  /** Controls of SP 800-53 with at least one decided scenario. */
  controls: (ControlEvidence & { control: string })[]
  /** The exception that covers a scenario, by its id. */
  excepted: Map<string, Exception>
}

/** The order of keys is that of the file in a record that was read, and another in one that was just made. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Prepares a record for OSCAL. */
export function oscalOf(record: CampaignRecord, given: ReportContext): Oscal {
  const digest = createHash('sha256')
    .update(JSON.stringify([record.run, record.trials], sorted))
    .digest('hex')
  const namespace = uuid5(digest)
  const mappings = (given.controls ?? []).filter(({ framework }: ControlMapping) => framework === 'nist-800-53')
  const controls = controlEvidence(record, mappings).flatMap(({ controls: list }) =>
    list.flatMap((one) => (one.status === 'evidence' && one.row.oscal ? [{ ...one, control: one.row.oscal }] : [])),
  )
  return {
    record,
    given,
    figures: figures(record),
    id: (name) => uuid5(name, namespace),
    controls,
    excepted: coveredBy(reviewedExceptions(record, given) ?? []),
  }
}

/** What fell short in a scenario, whether that was known beforehand or not. */
export function hasGap(one: ScenarioFigures): boolean {
  return (
    (isDecided(one) && one.outcome !== 'detected') ||
    one.met === false ||
    one.twin === 'false-alarm' ||
    one.twin === 'rule-defect'
  )
}

/** One line for a title or a description, with nothing in it that is markup. */
export function line(text: string): string {
  return plain(text) || '–'
}

/** A prop in our namespace. The name must be a token, the value one line that is not empty. */
export function prop(name: string, value: string | number | boolean) {
  return { name, ns, value: oneLine(String(value)) || '–' }
}

/** Props of the values that are there. */
export function props(values: Record<string, string | number | boolean | null | undefined>) {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [prop(name, value)],
  )
}

/** An array under its key, or nothing: OSCAL allows no empty array. */
export function some<T>(key: string, list: readonly T[]): Record<string, readonly T[]> {
  return list.length === 0 ? {} : { [key]: list }
}

/** The metadata of a document. */
export function metadata({ record: { run }, given, id }: Oscal, title: string) {
  const { determinations } = given
  return {
    title: line(`${title}: ${run.campaign.title}`),
    'last-modified': run.endedAt,
    version: oneLine(run.id) || '–',
    'oscal-version': oscalVersion,
    ...(determinations
      ? {
          roles: [{ id: 'assessor', title: 'Assessor' }],
          parties: [
            {
              uuid: id('assessor'),
              type: 'person',
              name: oneLine(determinations.assessor.name),
              props: props({
                organisation: determinations.assessor.organisation,
                independence: determinations.assessor.independence,
              }),
            },
          ],
          'responsible-parties': [{ 'role-id': 'assessor', 'party-uuids': [id('assessor')] }],
        }
      : {}),
  }
}

/** Only controls for which something was decided; without a mapping, none is named. */
export function reviewedControls({ controls }: Oscal) {
  const selection =
    controls.length === 0
      ? {
          // OSCAL knows no empty selection, and `include-all` would claim every control.
          description: 'No control has a scenario that was decided: none is reviewed.',
          'include-controls': [{ 'control-id': 'none' }],
        }
      : {
          description:
            'Controls to which figures of this run are relevant evidence. None of them is wholly assessed by it.',
          'include-controls': [...new Set(controls.map(({ control }) => control))].map((control) => ({
            'control-id': control,
          })),
        }
  return { 'control-selections': [selection] }
}

/** A URI reference to a file of the run folder. */
export function fileHref(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/')
}
