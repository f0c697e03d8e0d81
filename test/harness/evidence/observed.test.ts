import t from 'tap'
import { ObservationTally } from '../../../harness/evidence/observed.ts'
import type { RecordedObservation } from '../../../harness/evidence/record.ts'

const seen = (trial: string | null, more: Partial<RecordedObservation> = {}): RecordedObservation => ({
  monitor: 'm',
  kind: 'telemetry',
  layer: 'flow',
  event: 'flow',
  at: '2026-11-24T09:30:00.000Z',
  receivedAt: '2026-11-24T09:30:00.000Z',
  rule: null,
  trial,
  matchedBy: trial === null ? null : 'flow',
  raw: { a: 1 },
  ...more,
})

t.test(
  'of observations are kept their number, the alerts of nobody, and those of anomalies not detected',
  async (t) => {
    const tally = new ObservationTally([
      { id: 'gap', kind: 'stimulus', verdict: 'missed' },
      { id: 'found', kind: 'stimulus', verdict: 'detected' },
      { id: 'twin', kind: 'control', verdict: 'quiet' },
    ])
    const all = [
      seen(null, { kind: 'alert' }),
      seen(null),
      seen('gap'),
      seen('gap', { layer: 'process' }),
      seen('gap', { phase: 'repeat' }),
      seen('found', { kind: 'alert' }),
      seen('twin'),
      seen('sentinel/1', { kind: 'alert' }),
    ]
    const passed: RecordedObservation[] = []
    for await (const each of tally.through(all)) passed.push(each)
    t.strictSame(passed, all, 'all of them pass')
    t.strictSame(tally.observed, {
      observationCount: 8,
      unattributedAlerts: 1,
      gapObservations: [seen('gap', { raw: {} }), seen('gap', { layer: 'process' })],
    })
  },
)
