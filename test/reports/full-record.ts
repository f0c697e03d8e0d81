import { previousOf } from '../../harness/evidence/previous.ts'
import type { CampaignRecord, RecordedExplanation } from '../../harness/evidence/record.ts'
import type { ReportContext } from '../../reports/reporter.ts'
import { sampleRecord } from './sample-record.ts'

/** The packets of one anomaly, as a run records them. */
export const packets: RecordedExplanation = {
  trial: 'ipv4-bad-checksum[]/stimulus/1',
  read: 9,
  standOut: 2,
  frames: [
    {
      number: 4,
      from: 'client',
      note: 'segment under a wrong header checksum',
      length: 74,
      unusual: 'the layers are ethernet, ipv4, payload; the benign twin has ethernet, ipv4, tcp',
      layers: [
        { name: 'ethernet', about: '', fields: '', marks: [] },
        {
          name: 'ipv4',
          about: 'Internet Protocol version 4, RFC 791 §3.1',
          fields: 'version 4 · ttl 64 · protocol 6 (tcp)',
          marks: [
            { field: 'headerChecksum', value: '0x1234', kind: 'wrong', why: 'right would be 0x53a1' },
            { field: 'ttl', value: '7', kind: 'unusual', why: 'the benign twin has 64' },
          ],
        },
      ],
    },
  ],
}

/** A record with every part that a run may leave out, and what may be given beside it. */
export function fullRecord(): { record: CampaignRecord; given: ReportContext } {
  const record = sampleRecord()
  const { run } = record
  const earlier = previousOf(sampleRecord())
  run.scenarios = run.scenarios.map((scenario, index) => (index < 2 ? { ...scenario, explained: packets } : scenario))
  run.population = {
    scenarios: run.scenarios.length + 7,
    leftOut: [{ reason: 'left out by name: slow-*', scenarios: 7 }],
  }
  run.previous = {
    ...earlier,
    id: '20261123-093000-000000',
    startedAt: '2026-11-23T09:30:00.000Z',
    windowMs: 5000,
    scenarios: earlier.scenarios.slice(2).map((one, index) => ({
      ...one,
      ...(index === 0 ? { outcome: 'missed' as const } : {}),
      ...(index === 1 ? { digest: '0'.repeat(64) } : {}),
      ...(one.outcome === 'missed' ? { outcome: 'detected' as const } : {}),
    })),
  }
  const exception = {
    id: 'EX-1',
    scenario: record.trials.find(({ verdict }) => verdict === 'missed')?.scenario ?? '',
    accepts: ['missed' as const],
    reason: 'The sensor is replaced in January.',
    owner: 'M. Owner',
    approver: 'K. Approver',
    approved: '2026-11-01',
    expires: '2027-01-31',
    compensatingControl: 'Flow records are looked at weekly.',
    ticket: 'RISK-7',
  }
  return {
    record,
    given: {
      exceptions: [exception],
      signing: { keyId: 'ab'.repeat(32), signedAt: '2026-11-25T10:00:00.000Z' },
      files: [{ path: 'run.json', sha256: 'cd'.repeat(32) }],
    },
  }
}
