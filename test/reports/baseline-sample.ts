import type { RecordedConversation, RecordedPhase, WholeRecord } from '../../harness/evidence/record.ts'
import { sampleRecord } from './sample-record.ts'

const at = '2026-11-24T09:30:01.000Z'
const alert = {
  monitor: 'suricata',
  product: 'tocsin',
  rule: '1005022',
  name: 'TOCSIN BASELINE TLS server name never asked for before',
  at,
}

const phase = (frames: number, more: Partial<RecordedPhase> = {}): RecordedPhase => ({
  frames,
  found: frames,
  sentAt: at,
  alerts: [],
  layers: ['flow'],
  evidence: null,
  ...more,
})

/** The sample, in which the first detected and the first missed scenario had a baseline first. */
export function baselineSample(): { record: WholeRecord; ids: string[] } {
  const record = sampleRecord()
  const first = (verdict: string) => record.trials.find((trial) => trial.verdict === verdict)?.scenario ?? ''
  const ids = [first('detected'), first('missed')]
  const conversations: RecordedConversation[] = []
  for (const trial of record.trials.filter(({ scenario }) => ids.includes(scenario))) {
    trial.baseline = { conversations: 2, ...phase(26, { alerts: [alert] }) }
    for (const number of [1, 2])
      conversations.push({
        trial: trial.id,
        note: 'TLS to the portal of the company',
        generator: 'tcp',
        flows: [`tcp 198.18.0.16:4000${number} > 198.18.0.17:443`],
        teaches: [`portal.${trial.identity.marker}.example`],
        frames: 13,
        found: 13,
        sentAt: at,
        failure: null,
      })
    if (trial.kind === 'stimulus')
      trial.repeat = {
        ...phase(13),
        outcome: 'silent',
        reason: 'The expected alert did not come again: the stack has learnt it.',
      }
  }
  for (const scenario of record.run.scenarios)
    if (ids.includes(scenario.id)) scenario.baseline = [{ note: 'TLS to the portal of the company', count: 2 }]
  const frames = conversations.reduce((sum, each) => sum + each.frames, 0)
  record.run.baseline = {
    learnMs: null,
    startedAt: at,
    endedAt: at,
    learntAt: at,
    hosts: { first: '198.18.0.16', last: '198.18.0.31' },
    frames,
    found: frames,
    conversations,
  }
  return { record, ids }
}
