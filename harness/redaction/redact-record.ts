import type { CampaignRecord, Redaction, WholeRecord } from '../evidence/record.ts'
import type { TextRedactor } from './redact-text.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** Words, digests and times of the format itself: nothing of them is anybody's. */
const kept = new Set(
  'verdict kind layer layers matchedBy wire outcome phase clause expected result detectedSide platform digest keys missing differing shortfall correlate parsersOff at receivedAt sentAt startedAt endedAt learntAt alertAt validUntil analytic techniques basis telemetry product version versions tool marker sha256 images ruleSet'.split(
    ' ',
  ),
)
/** What other parts refer to: they change only where they hold an address. */
const identifiers = new Set('id scenario trial case file evidence screenshot rule'.split(' '))
/** Bytes of packets and bodies, as Suricata and others write them: whatever they hold cannot be told from addresses. */
const bytes = new Set(
  'packet payload payload_printable http_body http_request_body http_response_body http_request_body_printable http_response_body_printable saddr message_raw'.split(
    ' ',
  ),
)

/** The record with every string redacted. No count, verdict, time or figure changes. */
export function redactRecord(record: WholeRecord, text: TextRedactor, pseudonyms: Pseudonyms): WholeRecord {
  const structured = (value: unknown): unknown => mapStrings(value, (one, key) => field(one, key, text))
  const { run } = record
  const by = run.authorisation && {
    ...run.authorisation,
    by: pseudonyms.token('user', run.authorisation.by.toLowerCase()),
  }
  const observations = record.observations.map(({ raw, ...rest }) => ({
    ...(structured(rest) as typeof rest),
    raw: redactJson(raw, text, pseudonyms) as typeof raw,
  }))
  return {
    ...record,
    run: { ...(structured(run) as typeof run), authorisation: by },
    trials: structured(record.trials) as typeof record.trials,
    observations,
  }
}

/** Any JSON that a stack or the witness wrote, its keys included. */
export function redactJson(value: unknown, text: TextRedactor, pseudonyms: Pseudonyms, key = ''): unknown {
  if (typeof value === 'string') {
    if (value !== '' && bytes.has(key.toLowerCase())) return pseudonyms.token('payload', value)
    return text.all(value)
  }
  if (Array.isArray(value)) return value.map((item) => redactJson(item, text, pseudonyms, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([inner, item]) => [text.addresses(inner), redactJson(item, text, pseudonyms, inner)]),
  )
}

/** What the record of a redacted copy says about it. */
export function describeRedaction(
  record: CampaignRecord,
  manifest: string,
  withheld: Redaction['withheld'],
  pseudonyms: Pseudonyms,
): Redaction {
  return { of: record.run.id, manifest, replaced: pseudonyms.replaced(), withheld }
}

function field(value: string, key: string, text: TextRedactor): string {
  if (kept.has(key)) return value
  return identifiers.has(key) ? text.addresses(value) : text.all(value)
}

function mapStrings(value: unknown, change: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return change(value, key)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change, key))
  if (typeof value !== 'object' || value === null) return value
  if (kept.has(key)) return value
  return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, mapStrings(item, change, inner)]))
}
