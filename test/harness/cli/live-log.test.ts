import t from 'tap'
import { first } from '../../generators/identities.ts'
import type { CampaignEvent } from '../../../harness/campaign/events.ts'
import { LiveLog } from '../../../harness/cli/live-log.ts'
import type { Observation } from '../../../harness/monitors/observation.ts'
import type { Trial } from '../../../harness/plan/trial.ts'

const trial = (scenario: string): Trial => ({
  id: `${scenario}[]/stimulus/1`,
  scenario,
  case: '',
  kind: 'stimulus',
  trial: 1,
  generator: 'packets',
  parameters: {},
  identity: first,
  expect: { alert: [], telemetry: [] },
})
const observation: Observation = {
  monitor: 'soc',
  kind: 'alert',
  layer: 'packet',
  event: 'alert',
  at: 0,
  receivedAt: 0,
  rule: { product: 'suricata', id: '2200024', name: 'SURICATA \x1b[31mICMPv4\nunknown type' },
  source: {},
  destination: {},
  raw: {},
}

t.test('a campaign is plain lines: stages, sentinels, the first alert for each anomaly, tenths', async (t) => {
  const lines: string[] = []
  const log = new LiveLog((text) => lines.push(text))
  const events: CampaignEvent[] = [
    { type: 'stage', text: 'starting the sandbox' },
    { type: 'stage', text: 'starting the sandbox' },
    { type: 'planned', scenarios: 1, stimuli: 1, controls: 40, mustNotAlert: 0, seed: '7' },
    { type: 'sentinel', name: 'sentinel/1', outcome: 'alerted' },
    { type: 'alert', trial: trial('one'), observation, latencyMs: 4.2 },
    { type: 'alert', trial: trial('one'), observation, latencyMs: 5 },
    { type: 'alert', trial: trial('two'), observation, latencyMs: null },
    ...Array.from(
      { length: 40 },
      (_, index): CampaignEvent => ({ type: 'played', trial: trial('one'), done: index + 1, of: 40 }),
    ),
    { type: 'problem', text: 'the sensor lost 3 packets' },
  ]
  for (const event of events) log.onEvent(event)
  log.end()
  t.same(lines.slice(0, 6), [
    'starting the sandbox\n',
    'playing 1 anomaly and 40 benign twins of 1 scenario, seed 7\n',
    'sentinel/1: the stack is listening\n',
    'alert after   4.2 ms  one  2200024 SURICATA ICMPv4 unknown type\n',
    'alert after        ?  two  2200024 SURICATA ICMPv4 unknown type\n',
    'played 4 of 40 trials, 2 of 1 anomalies alerted on\n',
  ])
  t.equal(lines.filter((line) => line.startsWith('played ')).length, 10)
  t.equal(lines.at(-1), 'problem: the sensor lost 3 packets\n')
})
