import t from 'tap'
import { normalAddress } from '../../../harness/monitors/address.ts'
import { observeEve } from '../../../harness/monitors/eve-record.ts'
import { eveTimestamp } from '../../../harness/monitors/eve-timestamp.ts'
import { eveLines } from './suricata-sample.ts'

interface Eve extends Record<string, unknown> {
  event_type: string
  pkt_src?: string
  alert?: { signature_id: number; signature: string }
  anomaly?: { type: string }
}

const records: Eve[] = eveLines.map((line) => JSON.parse(line))
const observe = (record: Record<string, unknown>) => observeEve(record, 'eve', 5)
const first = (match: (record: Eve) => unknown) => observe(records.find(match) as Eve)

t.test('a time stamp is read to the microsecond, in any zone', async (t) => {
  const cases: [string, number][] = [
    ['2026-11-24T04:32:05.491074+0000', Date.UTC(2026, 10, 24, 4, 32, 5) + 491.074],
    ['2026-11-24T04:32:05.491074+0130', Date.UTC(2026, 10, 24, 3, 2, 5) + 491.074],
    ['2026-11-23T23:32:05.491074-0500', Date.UTC(2026, 10, 24, 4, 32, 5) + 491.074],
    ['2026-11-24T04:32:05.5+00:00', Date.UTC(2026, 10, 24, 4, 32, 5) + 500],
    ['2026-11-24T04:32:05Z', Date.UTC(2026, 10, 24, 4, 32, 5)],
    ['2026-12-31T23:59:60.000001+0000', Date.UTC(2027, 0, 1) + 0.001],
    ['2024-02-29T00:00:00.000000+0000', Date.UTC(2024, 1, 29)],
  ]
  for (const [text, expected] of cases) t.ok(Math.abs(eveTimestamp(text) - expected) < 0.0005, text)
  const broken = [
    '',
    'yesterday',
    '2026-11-24',
    '2026-11-24T04:32',
    '2026-13-24T04:32:05Z',
    '2026-11-24T04:32:05',
    '2026-11-24T04:32:0xZ',
    '2026-11-24T04:32:05.4910z4+0000',
    '2026-11-24 04:32:05Z',
  ]
  for (const text of broken) t.ok(Number.isNaN(eveTimestamp(text)), text)
})

t.test('addresses are written as they normally are', async (t) => {
  const cases = [
    ['198.18.0.1', '198.18.0.1'],
    ['fd54:6f63:7369:0000:0000:0000:0006:0001', 'fd54:6f63:7369::6:1'],
    ['2001:0DB8:0000:0001:0000:0000:0000:0001', '2001:db8:0:1::1'],
    ['0000:0000:0000:0000:0000:0000:0000:0000', '::'],
    ['not:an:address', 'not:an:address'],
    ['', ''],
  ] as const
  for (const [text, expected] of cases) t.equal(normalAddress(text), expected)
})

t.test('an alert has rule, layer, ends, community id and the record itself', async (t) => {
  const alert = first(({ alert }) => alert?.signature_id === 2221007)
  t.match(alert, {
    monitor: 'eve',
    kind: 'alert',
    layer: 'packet',
    event: 'alert',
    receivedAt: 5,
    rule: { product: 'suricata', id: '2221007', name: 'SURICATA HTTP invalid content length field in request' },
    source: { address: 'fd54:6f63:7369::6:1', port: 40006, mac: '02:00:00:00:06:01' },
    destination: { address: 'fd54:6f63:7369::6:2', port: 80, mac: '02:00:00:00:06:02' },
    protocol: 'TCP',
    communityId: '1:cgFjv47n+lA8guzh64s64EwuMSU=',
    raw: { event_type: 'alert' },
  })
})

t.test('the stream engine’s own rules and anomalies are on the stream layer, others on the packet layer', async (t) => {
  const found: string[] = []
  for (const record of records) {
    if (record.alert === undefined) continue
    const expected = String(record.alert.signature_id).startsWith('2210') ? 'stream' : 'packet'
    t.equal(observe(record)?.layer, expected, record.alert.signature)
    found.push(expected)
  }
  t.same([...new Set(found)].sort(), ['packet', 'stream'])
  t.match(
    first(({ anomaly }) => anomaly?.type === 'stream'),
    {
      kind: 'telemetry',
      layer: 'stream',
      rule: { product: 'suricata', id: 'stream.fin_but_no_session', name: 'stream.fin_but_no_session' },
    },
  )
  for (const type of ['decode', 'applayer'])
    t.match(
      first(({ anomaly }) => anomaly?.type === type),
      { kind: 'telemetry', layer: 'packet' },
    )
})

t.test('flow records are on the flow layer, begin when the flow began, and have the MACs of both ends', async (t) => {
  for (const event of ['flow', 'netflow']) {
    const flow = first(({ event_type }) => event_type === event)
    t.match(flow, { kind: 'telemetry', layer: 'flow', event, source: { mac: /^02:/ }, destination: { mac: /^02:/ } })
    t.ok((flow?.startedAt ?? Number.NaN) < (flow?.at ?? 0))
  }
})

t.test('a packet without readable addresses keeps its MACs, a tunnel its outer ends', async (t) => {
  const broken = first(({ alert }) => alert?.signature_id === 2200000)
  t.same(broken?.source, { mac: '02:00:00:00:09:01' })
  const inner = first(({ pkt_src, alert }) => pkt_src === 'gre tunnel' && alert)
  t.match(inner, {
    source: { address: '10.9.9.1', port: 40032 },
    outer: { source: { address: '198.18.32.1' }, destination: { address: '198.18.32.2' } },
  })
})

t.test('protocol records are telemetry of the packet layer; what is about the engine is left out', async (t) => {
  for (const event of ['dns', 'http', 'smtp', 'ftp', 'ssh', 'fileinfo'])
    t.match(
      first(({ event_type }) => event_type === event),
      { kind: 'telemetry', layer: 'packet', event },
    )
  t.equal(
    first(({ event_type }) => event_type === 'stats'),
    null,
  )
  t.equal(observe({ event_type: 'engine' }), null)
  t.equal(observe({ timestamp: 'x' }), undefined)
})

t.test('odd but possible records do not lose the alert', async (t) => {
  t.match(observe({ event_type: 'alert' }), { kind: 'alert', at: 5, rule: { id: '', name: '' } })
  t.match(observe({ event_type: 'alert', alert: { gid: 3, signature_id: 7, signature: 'x' } }), { rule: { id: '3:7' } })
  t.match(observe({ event_type: 'alert', alert: null, ether: null, tunnel: null, src_ip: 7, src_port: 'x' }), {
    source: {},
  })
})

t.test(
  "an alert of Tocsin's own rules is told from one of the shipped rules, and from anybody's rule of that number",
  async (t) => {
    const alert = (signature_id: number, signature: string, gid = 1) =>
      observe({ event_type: 'alert', alert: { gid, signature_id, signature } })?.rule
    t.strictSame(alert(1000001, 'TOCSIN SCAN x'), { product: 'tocsin', id: '1000001', name: 'TOCSIN SCAN x' })
    t.equal(alert(1000001, 'My own')?.product, 'suricata')
    t.equal(alert(2210037, 'TOCSIN x')?.product, 'suricata')
    t.equal(alert(1000001, 'TOCSIN SCAN x', 3)?.product, 'suricata')
  },
)
