import t from 'tap'
import { connectionsOf } from '../../../harness/correlation/connection.ts'
import { correlate } from '../../../harness/correlation/correlate.ts'
import type { Join } from '../../../harness/correlation/join.ts'
import { ProcessSockets } from '../../../harness/correlation/process-sockets.ts'
import type { Observation, ObservedEndpoint } from '../../../harness/monitors/observation.ts'

const start = 1_795_000_000_000
const client = '198.18.0.2'
const server = '198.18.0.3'

/** `198.18.0.2:40000`, `[fd00::2]:443`, or an address alone. */
function end(text: string): ObservedEndpoint {
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+|[^[]*?))(?::(?<port>\d+))?$/.exec(text)
  const { six, four, port } = found?.groups ?? {}
  const address = six ?? four
  return { ...(address ? { address } : {}), ...(port === undefined ? {} : { port: Number(port) }) }
}

function flow(source: string, destination: string, more: Partial<Observation> = {}): Observation {
  return {
    monitor: 'eve',
    kind: 'telemetry',
    layer: 'flow',
    event: 'flow',
    at: start + 5000,
    startedAt: start,
    receivedAt: start + 5000,
    source: end(source),
    destination: end(destination),
    protocol: 'TCP',
    raw: {},
    ...more,
  }
}

/** A record of a process: what it did, with which end, when. */
function call(
  event: string,
  pid: number,
  at: number,
  address: string | null,
  more: Partial<Observation> = {},
): Observation {
  const socket =
    address === null ? {} : { socket: event === 'bind' ? { local: end(address) } : { remote: end(address) } }
  return {
    monitor: 'audit',
    kind: 'telemetry',
    layer: 'process-network',
    event,
    at: start + at,
    receivedAt: start + at,
    source: {},
    destination: {},
    process: { pid, ppid: 1, executable: `/usr/bin/p${pid}`, commandLine: `p${pid} x`, container: 'c' },
    ...socket,
    raw: {},
    ...more,
  }
}

const tcp = flow(`${client}:40000`, `${server}:443`)

/** Name, what is on the network, what the processes did, what comes of it. */
const table: [string, Observation[], Observation[], Partial<Join> & { pids?: number[] }][] = [
  [
    'a connect without a source port, the only one to that destination',
    [tcp],
    [call('connect', 7, -4, `${server}:443`)],
    {
      outcome: 'joined',
      keys: ['destination address', 'destination port', 'time'],
      missing: ['source address', 'source port', 'protocol'],
      pids: [7],
      apartMs: -4,
    },
  ],
  [
    'two processes that connect to the same place at the same time',
    [tcp],
    [call('connect', 7, -4, `${server}:443`), call('connect', 8, 300, `${server}:443`)],
    { outcome: 'ambiguous', pids: [7, 8] },
  ],
  [
    'one process that connects there twice',
    [tcp],
    [call('connect', 7, -4, `${server}:443`), call('connect', 7, 300, `${server}:443`)],
    { outcome: 'joined', pids: [7] },
  ],
  [
    'two processes that connect there, but one a minute before',
    [tcp],
    [call('connect', 7, -60_000, `${server}:443`), call('connect', 8, 3, `${server}:443`)],
    { outcome: 'joined', pids: [8] },
  ],
  [
    'the same place, but clocks a minute apart',
    [tcp],
    [call('connect', 7, -60_000, `${server}:443`)],
    { outcome: 'impossible', differing: ['time'], pids: [7], apartMs: -60_000 },
  ],
  ['clocks 1.9 s apart', [tcp], [call('connect', 7, 1900, `${server}:443`)], { outcome: 'joined', apartMs: 1900 }],
  ['another port of the same host', [tcp], [call('connect', 7, 0, `${server}:80`)], { outcome: 'impossible' }],
  ['another host', [tcp], [call('connect', 7, 0, '198.18.0.9:443')], { outcome: 'impossible', keys: [], pids: [] }],
  [
    'a process that names no address, as with an io_uring',
    [tcp],
    [call('io_uring_setup', 7, 0, null)],
    { outcome: 'impossible', missing: ['destination address'] },
  ],
  ['no record of a process at all', [tcp], [], { outcome: 'impossible' }],
  ['no connection at all', [], [call('connect', 7, 0, `${server}:443`)], { outcome: 'impossible' }],
  [
    'a source that both have singles one of several out',
    [tcp],
    [
      call('connect', 7, 0, `${server}:443`, {
        socket: { local: end(`${client}:40000`), remote: end(`${server}:443`) },
      }),
      call('connect', 8, 0, `${server}:443`, {
        socket: { local: end(`${client}:40001`), remote: end(`${server}:443`) },
      }),
      call('connect', 9, 0, `${server}:443`),
    ],
    {
      outcome: 'joined',
      keys: ['source address', 'source port', 'destination address', 'destination port', 'time'],
      pids: [7],
    },
  ],
  [
    'behind address translation the source differs',
    [flow('203.0.113.1:61000', `${server}:443`)],
    [
      call('connect', 7, 2, `${server}:443`, {
        socket: { local: end(`${client}:40000`), remote: end(`${server}:443`) },
      }),
    ],
    {
      outcome: 'ambiguous',
      keys: ['destination address', 'destination port', 'time'],
      differing: ['source address', 'source port'],
      pids: [7],
    },
  ],
  [
    'behind address translation, without a source to compare',
    [flow('203.0.113.1:61000', `${server}:443`)],
    [call('connect', 7, 2, `${server}:443`)],
    { outcome: 'joined', pids: [7] },
  ],
  [
    'a destination that is translated on the way',
    [flow(`${client}:40000`, '10.0.0.5:8443')],
    [call('connect', 7, 2, `${server}:443`)],
    { outcome: 'impossible', pids: [] },
  ],
  [
    'an accepted connection, whose other end has its port',
    [tcp],
    [call('accept4', 9, 3, `${client}:40000`)],
    { outcome: 'joined', keys: ['source address', 'source port', 'time'], pids: [9] },
  ],
  [
    'the process that accepts, and not the one that opened the port long ago',
    [tcp],
    [call('bind', 8, -3_600_000, `${server}:443`), call('accept4', 9, 3, `${client}:40000`)],
    { outcome: 'joined', pids: [9] },
  ],
  [
    'a port that was opened long ago',
    [tcp],
    [call('bind', 8, -3_600_000, `${server}:443`)],
    { outcome: 'joined', keys: ['destination address', 'destination port', 'time'], pids: [8] },
  ],
  [
    'a port that was opened only afterwards',
    [tcp],
    [call('bind', 8, 60_000, `${server}:443`)],
    { outcome: 'impossible', differing: ['time'] },
  ],
  [
    'a port open on all addresses may be that of another host',
    [tcp],
    [call('bind', 8, -1000, '0.0.0.0:443')],
    { outcome: 'ambiguous', keys: ['destination port', 'time'], pids: [8] },
  ],
  [
    'the address that a client is bound to belongs to its connection',
    [tcp],
    [call('bind', 7, -10, `${client}:40000`), call('connect', 7, -4, `${server}:443`)],
    {
      outcome: 'joined',
      keys: ['source address', 'source port', 'destination address', 'destination port', 'time'],
      pids: [7],
    },
  ],
  [
    'a bind to nothing in particular says nothing',
    [tcp],
    [call('bind', 7, -10, '0.0.0.0:0'), call('connect', 7, -4, `${server}:443`)],
    { outcome: 'joined', keys: ['destination address', 'destination port', 'time'] },
  ],
  [
    'IPv6',
    [flow('[fd54::2]:40000', '[fd54::3]:443')],
    [call('connect', 7, 1, '[fd54::3]:443')],
    { outcome: 'joined', pids: [7] },
  ],
  [
    'IPv4 by way of a socket of IPv6',
    [tcp],
    [call('connect', 7, 1, `[::ffff:${server}]:443`)],
    { outcome: 'joined', pids: [7] },
  ],
  [
    'ICMP has no ports to compare',
    [flow(client, server, { protocol: 'ICMP' })],
    [call('sendto', 7, 1, `${server}:0`)],
    { outcome: 'joined', keys: ['destination address', 'time'], missing: ['source address', 'protocol'], pids: [7] },
  ],
  [
    'a connection to a port is no ICMP',
    [flow(client, server, { protocol: 'ICMP' })],
    [call('connect', 7, 1, `${server}:443`)],
    { outcome: 'impossible', pids: [] },
  ],
  [
    'another protocol, where both say',
    [tcp],
    [call('connect', 7, 1, `${server}:443`, { protocol: 'udp' })],
    { outcome: 'ambiguous', differing: ['protocol'] },
  ],
  [
    'the protocol, where both say',
    [tcp],
    [call('connect', 7, 1, `${server}:443`, { protocol: 'tcp' })],
    { outcome: 'joined', keys: ['destination address', 'destination port', 'protocol', 'time'] },
  ],
  [
    'of several connections, the one that leads to a process counts',
    [flow(server, client, { protocol: 'ICMP', startedAt: start + 9 }), tcp],
    [call('connect', 7, 1, `${server}:443`)],
    { outcome: 'joined', pids: [7] },
  ],
  [
    'a process id that two containers have',
    [tcp],
    [
      call('connect', 7, 1, `${server}:443`),
      call('connect', 7, 1, `${server}:443`, {
        process: { pid: 7, ppid: 1, executable: '/bin/x', commandLine: '', container: 'other' },
      }),
    ],
    { outcome: 'ambiguous', pids: [7, 7] },
  ],
]

for (const [name, network, processes, { pids, ...expected }] of table) {
  t.test(name, async (t) => {
    const found = correlate({ network: 'eve', process: 'audit' }, connectionsOf(network), new ProcessSockets(processes))
    t.match(found, expected)
    for (const key of ['keys', 'missing', 'differing'] as const)
      if (expected[key]) t.same(found[key], expected[key], key)
    if (pids)
      t.same(
        found.candidates.map(({ pid }) => pid).sort((one, other) => one - other),
        pids,
      )
    t.match(found, { network: 'eve', process: 'audit' })
    t.match(found.reason, /^[A-Z0-9/eN].*\.$/, found.reason)
  })
}

t.test('connections are told once each, by who began them, and only where there are two addresses', async (t) => {
  const answer = flow(`${server}:443`, `${client}:40000`, { layer: 'packet', event: 'http', startedAt: start + 20 })
  t.same(connectionsOf([answer, tcp, flow('', ''), call('connect', 7, 0, `${server}:443`)]), [
    {
      source: { address: client, port: 40000 },
      destination: { address: server, port: 443 },
      protocol: 'TCP',
      startedAt: start,
    },
  ])
})

t.test('of many candidates the first ten are kept, and the sentence says how many there are', async (t) => {
  const many = Array.from({ length: 25 }, (_, index) => call('connect', 100 + index, index, `${server}:443`))
  const found = correlate({ network: 'eve', process: 'audit' }, connectionsOf([tcp]), new ProcessSockets(many))
  t.equal(found.candidates.length, 10)
  t.match(found.reason, /^25 processes of audit fit by .*and 22 more; source address, source port and protocol, which/)
})
