import fc from 'fast-check'
import t from 'tap'
import type { Identity } from '../../../generators/identity.ts'
import { addTrial, attribute, buildIndex, claimProcess, originOf } from '../../../harness/attribution/attribute.ts'
import { observeEve } from '../../../harness/monitors/eve-record.ts'
import type { Observation } from '../../../harness/monitors/observation.ts'
import { eveLines, sampleTrials, trialOfFrame } from '../monitors/suricata-sample.ts'

const identity = (number: number): Identity => ({
  marker: (0xdeadbe00 + number).toString(16),
  client: {
    mac: `02:00:00:00:01:${number.toString(16).padStart(2, '0')}`,
    ipv4: `198.18.0.${number}`,
    ipv6: `fd54:6f63:7369::1:${number.toString(16)}`,
    port: 40000 + number,
  },
  server: {
    mac: `02:00:00:00:02:${number.toString(16).padStart(2, '0')}`,
    ipv4: `198.18.1.${number}`,
    ipv6: `fd54:6f63:7369::2:${number.toString(16)}`,
    port: 80,
  },
})

const trials = Array.from({ length: 9 }, (_, place) => ({ id: `t${place + 1}`, identity: identity(place + 1) }))
const index = buildIndex(trials)

function observed(parts: Partial<Observation>): Observation {
  return {
    monitor: 'eve',
    kind: 'alert',
    layer: 'packet',
    event: 'alert',
    at: 0,
    receivedAt: 0,
    source: {},
    destination: {},
    raw: {},
    ...parts,
  }
}

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64')
const none = null
const cases: [string, Partial<Observation>, { trialId: string; strength: string } | null][] = [
  ['nothing at all', {}, none],
  ['a marker in a URL', { raw: { http: { url: '/deadbe03' } } }, { trialId: 't3', strength: 'marker' }],
  [
    'a marker in a DNS name, other case',
    { raw: { dns: { rrname: 'xDEADBE04.Example' } } },
    { trialId: 't4', strength: 'marker' },
  ],
  [
    'a marker in a list',
    { raw: { dns: { query: [{ rrname: 'deadbe05.a' }] } } },
    { trialId: 't5', strength: 'marker' },
  ],
  ['a marker after a hex letter', { raw: { http: { url: '/feedeadbe03' } } }, { trialId: 't3', strength: 'marker' }],
  [
    'a marker in a payload',
    { raw: { payload: base64('\x00\x01 deadbe06 \xff') } },
    { trialId: 't6', strength: 'marker' },
  ],
  [
    'a marker in a packet',
    { raw: { packet: base64('................deadbe07') } },
    { trialId: 't7', strength: 'marker' },
  ],
  ['a hash that holds a marker', { raw: { fileinfo: { sha256: `00deadbe03${'0'.repeat(54)}` } } }, none],
  ['a fingerprint that holds a marker', { raw: { tls: { ja4: 't13d1516h2_deadbe03c521_0' } } }, none],
  [
    'a marker at the end of a filler',
    { raw: { url: `${'a'.repeat(40)}deadbe03` } },
    { trialId: 't3', strength: 'marker' },
  ],
  ['hex data that holds a marker inside', { raw: { url: `${'a'.repeat(40)}deadbe03aa` } }, none],
  ['a flow number that holds a marker', { raw: { flow_id: 'deadbe03' } }, none],
  ['markers of two trials', { raw: { a: 'deadbe01 deadbe02' } }, none],
  [
    'addresses and the client port',
    { source: { address: '198.18.0.1', port: 40001 }, destination: { address: '198.18.1.1', port: 8443 } },
    { trialId: 't1', strength: 'flow' },
  ],
  [
    'the same reversed',
    { source: { address: '198.18.1.1', port: 8443 }, destination: { address: '198.18.0.1', port: 40001 } },
    { trialId: 't1', strength: 'flow' },
  ],
  [
    'IPv6 and the client port',
    {
      source: { address: 'fd54:6f63:7369::1:2', port: 40002 },
      destination: { address: 'fd54:6f63:7369::2:2', port: 53 },
    },
    { trialId: 't2', strength: 'flow' },
  ],
  [
    'addresses without ports',
    { source: { address: '198.18.0.1' }, destination: { address: '198.18.1.1' } },
    { trialId: 't1', strength: 'address-pair' },
  ],
  [
    'addresses with other ports',
    { source: { address: '198.18.0.1', port: 1 }, destination: { address: '198.18.1.1', port: 2 } },
    { trialId: 't1', strength: 'address-pair' },
  ],
  ['one address only', { source: { address: '198.18.0.1' }, destination: { address: '192.0.2.1' } }, none],
  ['addresses of two trials', { source: { address: '198.18.0.1' }, destination: { address: '198.18.1.2' } }, none],
  [
    'a MAC',
    { source: { mac: '02:00:00:00:01:05' }, destination: { mac: 'ff:ff:ff:ff:ff:ff' } },
    { trialId: 't5', strength: 'mac' },
  ],
  ['MACs of two trials', { source: { mac: '02:00:00:00:01:05' }, destination: { mac: '02:00:00:00:02:06' } }, none],
  [
    'a marker of one and addresses of another',
    { raw: { a: 'deadbe01' }, source: { address: '198.18.0.2' }, destination: { address: '198.18.1.2' } },
    none,
  ],
  [
    'foreign addresses inside a tunnel of a trial',
    {
      source: { address: '10.0.0.1', port: 1 },
      destination: { address: '10.0.0.2', port: 2 },
      outer: { source: { address: '198.18.0.8', port: 0 }, destination: { address: '198.18.1.8', port: 0 } },
    },
    { trialId: 't8', strength: 'address-pair' },
  ],
]

t.test('an observation is tied to the one trial that everything in it points to, or to none', async (t) => {
  for (const [what, parts, expected] of cases) t.same(attribute(observed(parts), index), expected, what)
})

t.test('what fits several trials is reported as ambiguous, with the trials', async (t) => {
  const observation = observed({ raw: { a: 'deadbe02 deadbe01' } })
  t.same(originOf(observation, index), { kind: 'ambiguous', trialIds: ['t1', 't2'], common: [], strength: 'marker' })
  t.same(originOf(observed({}), index), { kind: 'none' })
})

t.test('playings of one trial are told apart by their flow; what fits all of them names them all', async (t) => {
  const one = identity(1)
  const again = { ...one, client: { ...one.client, port: one.client.port + 997 } }
  const family = buildIndex([
    { id: 'trial', identity: one },
    { id: 'repeat', identity: again },
  ])
  const source = { address: again.client.ipv4, port: again.client.port }
  const destination = { address: again.server.ipv4, port: 443 }
  const raw = { sni: `cdn.${one.marker}.example` }
  t.same(originOf(observed({ source, destination, raw }), family), {
    kind: 'trial',
    trialId: 'repeat',
    strength: 'flow',
  })
  const withoutPorts = observed({
    source: { address: source.address },
    destination: { address: destination.address },
    raw,
  })
  t.same(originOf(withoutPorts, family), {
    kind: 'ambiguous',
    trialIds: ['repeat', 'trial'],
    common: ['trial', 'repeat'],
    strength: 'marker',
  })
})

t.test('trials that share an address pair are told apart by their port, and never by the pair alone', async (t) => {
  const one = identity(1)
  const other = { ...identity(2), client: { ...one.client, port: 50000 }, server: one.server }
  const shared = buildIndex([
    { id: 'one', identity: one },
    { id: 'other', identity: other },
  ])
  const at = (port: number) =>
    attribute(
      observed({ source: { address: '198.18.0.1', port }, destination: { address: '198.18.1.1', port: 80 } }),
      shared,
    )
  t.same(at(40001), { trialId: 'one', strength: 'flow' })
  t.same(at(50000), { trialId: 'other', strength: 'flow' })
  t.equal(at(1), null)
})

t.test('what Suricata says of frames on the wire goes to the trial that sent them', async (t) => {
  const known = buildIndex(sampleTrials.map(({ name, identity, frames }) => ({ id: name, identity, frames })))
  let checked = 0
  for (const line of eveLines) {
    const record = JSON.parse(line)
    const observation = observeEve(record, 'eve', 0)
    if (!observation) continue
    const found = attribute(observation, known)
    const frame = record.pcap_cnt ?? record.tunnel?.pcap_cnt
    if (frame === undefined) t.ok(found, `${record.event_type} ${record.src_ip} belongs to a trial`)
    // Its frame has strange MACs and no addresses; the alert gives the packet, the anomaly record has nothing of it.
    else if (trialOfFrame.get(frame) === 'marker-only-no-ip' && !record.packet) t.equal(found, null)
    else t.equal(found?.trialId, trialOfFrame.get(frame), `${record.event_type} of frame ${frame}`)
    if (frame !== undefined) checked++
  }
  t.ok(checked > 50, `${checked} records name their frame`)
})

t.test('frames may be added to a trial later and make known what its identity does not', async (t) => {
  const [{ name, identity, frames }] = sampleTrials.filter(({ name }) => name === 'vxlan') as [(typeof sampleTrials)[0]]
  const late = buildIndex([{ id: name, identity }])
  const inner = observed({
    source: { address: '10.9.9.1', port: 40016 },
    destination: { address: '10.9.9.2', port: 80 },
  })
  t.equal(attribute(inner, late), null)
  addTrial(late, { id: name, identity, frames })
  t.same(attribute(inner, late), { trialId: name, strength: 'flow' })
})

const octet = fc.integer({ min: 1, max: 254 })
const hexDigits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length })
const endpointOf = fc.record({
  mac: hexDigits(10).map((hex) => `02:${hex.replace(/..(?!$)/g, '$&:')}`),
  ipv4: fc.tuple(octet, octet).map(([high, low]) => `198.18.${high % 16}.${low}`),
  ipv6: hexDigits(3).map((hex) => `fd54:6f63:7369::1${hex}`),
  port: fc.integer({ min: 32768, max: 60999 }),
})
const identities = fc.uniqueArray(fc.record({ marker: hexDigits(8), client: endpointOf, server: endpointOf }), {
  minLength: 2,
  maxLength: 30,
  selector: ({ marker }) => marker,
})

t.test('whatever part of a trial an observation shows, no other trial gets it', async (t) => {
  const parts = fc.record({
    place: fc.nat(),
    marker: fc.boolean(),
    addresses: fc.boolean(),
    ports: fc.boolean(),
    macs: fc.boolean(),
    reversed: fc.boolean(),
    ipv6: fc.boolean(),
    noise: fc.string(),
  })
  fc.assert(
    fc.property(identities, parts, (list, shown) => {
      const all = list.map((identity, place) => ({ id: String(place), identity }))
      const { id, identity } = all[shown.place % all.length] as (typeof all)[0]
      const side = ({ mac, ipv4, ipv6, port }: Identity['client']) => ({
        ...(shown.addresses && { address: shown.ipv6 ? ipv6 : ipv4 }),
        ...(shown.addresses && shown.ports && { port }),
        ...(shown.macs && { mac }),
      })
      const ends = [side(identity.client), side(identity.server)]
      if (shown.reversed) ends.reverse()
      const [source = {}, destination = {}] = ends
      const raw = { dns: { rrname: `${shown.marker ? `t-${identity.marker}` : ''}.${shown.noise}` } }
      const found = attribute(observed({ source, destination, raw }), buildIndex(all))
      return found === null ? true : found.trialId === id
    }),
    { numRuns: 300 },
  )
  t.pass()
})

t.test('a process belongs to the trial that it was claimed for, and so do those that it starts', async (t) => {
  const own = buildIndex(trials)
  const told = (pid: number, ppid: number, event = 'connect', container = 'c') =>
    attribute(observed({ event, process: { pid, ppid, executable: '/x', commandLine: '', container } }), own)
  claimProcess(own, 't3', { container: 'c', pid: 20 })
  t.same(told(20, 1), { trialId: 't3', strength: 'process' })
  t.same(told(21, 20, 'execve'), { trialId: 't3', strength: 'process' })
  t.equal(told(22, 1), null, 'a stranger')
  t.equal(told(20, 1, 'connect', 'other'), null, 'the same number in another container')
  claimProcess(own, 't4', { container: 'c', pid: 20 })
  t.same(told(20, 1), { trialId: 't4', strength: 'process' }, 'a number that was given anew')
})

t.test('addresses that a trial has beside its identity tie a flow to it, others do not', async (t) => {
  const frame = (source: number, destination: number) => {
    const bytes = Buffer.alloc(60)
    bytes.write('08004500002e000000004011', 12, 'hex')
    bytes.set([100, 64, 0, source, 100, 64, 0, destination, 0x13, 0x88, 0, 7], 26)
    return new Uint8Array(bytes)
  }
  const own = buildIndex([])
  addTrial(own, { id: 'a', identity: identity(1), frames: [frame(1, 2), frame(8, 9)], addresses: ['100.64.0.1'] })
  const seen = (source: string, destination: string) =>
    attribute(
      observed({ source: { address: source, port: 5000 }, destination: { address: destination, port: 7 } }),
      own,
    )
  t.strictSame(seen('100.64.0.1', '100.64.0.2'), { trialId: 'a', strength: 'flow' })
  t.equal(seen('100.64.0.8', '100.64.0.9'), null)
})
