import t from 'tap'
import type { Entry } from '../../../harness/campaign/ledger.ts'
import { owedUntil } from '../../../harness/campaign/owed.ts'
import type { Observation } from '../../../harness/monitors/observation.ts'
import { plan } from '../../../harness/plan/plan.ts'
import type { Trial } from '../../../harness/plan/trial.ts'
import { campaign, scenario } from '../plan/fixture.ts'

const [wave] = plan([scenario('odd')], campaign(), { seed: 'seed', subnet: '198.18.0.0/20' }).waves
const trialOf = (kind: Trial['kind']) => wave?.trials.find((trial) => trial.kind === kind) as Trial
const observation = (kind: Observation['kind']): Entry['observed'][number] => ({
  strength: 'flow',
  observation: {
    monitor: 'eve',
    kind,
    layer: 'packet',
    event: kind,
    at: 0,
    receivedAt: 0,
    source: {},
    destination: {},
    raw: {},
  },
})

/** A trial whose last frame was sent at `lastAt`, null for one that was not played. */
function entry(
  kind: Trial['kind'],
  lastAt: number | null,
  { within, heard }: { within?: number; heard?: Observation['kind'] } = {},
): Entry {
  const alert = { layer: 'packet' as const, rules: {}, fields: {}, ...(within === undefined ? {} : { within }) }
  return {
    trial: { ...trialOf(kind), expect: { alert: [alert], telemetry: [] } },
    conversation: { frames: [] },
    performance: null,
    process: null,
    evidence: null,
    wire: 'frame',
    sentinelBefore: 1,
    sentinelAfter: 2,
    playedUntil: lastAt,
    failure: null,
    observed: heard === undefined ? [] : [observation(heard)],
  }
}

const window = 10_000
const table: [what: string, entries: Entry[], until: number][] = [
  ['nothing played', [entry('stimulus', null)], 0],
  ['every anomaly has its alert', [entry('stimulus', 1000, { heard: 'alert' }), entry('control', 2000)], 0],
  ['a record is no alert', [entry('stimulus', 1000, { heard: 'telemetry' })], 11_000],
  ['one window from the last frame on', [entry('stimulus', 1000), entry('control', 2000)], 12_000],
  ['many that are owed cost one window', Array.from({ length: 100 }, (_, i) => entry('stimulus', i)), 10_099],
  [
    'more time where the scenario allows it',
    [entry('stimulus', 1000, { within: 60_000 }), entry('stimulus', 2000)],
    61_000,
  ],
  ['no less than the window', [entry('stimulus', 1000, { within: 1 })], 11_000],
  [
    'that time is not owed once the alert is there',
    [entry('stimulus', 1000, { within: 60_000, heard: 'alert' }), entry('stimulus', 2000)],
    12_000,
  ],
]

for (const [what, entries, until] of table)
  t.test(`waiting for a stack that is not ours to end: ${what}`, async (t) => {
    t.equal(owedUntil(entries, window), until)
  })
