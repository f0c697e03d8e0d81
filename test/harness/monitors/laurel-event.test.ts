import t from 'tap'
import { decodeLaurel, observeLaurel, readLaurel } from '../../../harness/monitors/laurel-event.ts'
import { ProcessTable } from '../../../harness/monitors/process-table.ts'

const container = 'c'.repeat(64)
type Json = Record<string, unknown>

/** An event as laurel 0.7 writes it, shortened. */
function event(call: Json, records: Json = {}): Json {
  return {
    ID: '1795489835.110:141794',
    SYSCALL: { success: 'yes', exit: 0, ppid: 10, pid: 20, exe: '/usr/bin/bash', ...call },
    ...records,
    CONTAINER_INFO: { ID: container },
  }
}

const exec = (pid: number, ppid: number, exe: string, argv: string[]) =>
  event({ SYSCALL: 'execve', pid, ppid, exe }, { EXECVE: { argc: argv.length, ARGV: argv } })
const connect = (pid: number, ppid: number, exe: string) =>
  event(
    { SYSCALL: 'connect', pid, ppid, exe },
    {
      SOCKADDR: [{ SADDR: { saddr_fam: 'inet', addr: '198.18.0.2', port: 4444 } }],
      PROCTITLE: { ARGV: ['what', 'it', 'was', 'before'] },
    },
  )

const encoded: [string, string][] = [
  ['plain', 'plain'],
  ['100%25', '100%'],
  ['a%2bb', 'a+b'],
  ['one%0atwo', 'one\ntwo'],
  ['%d1%81url', 'сurl'],
  ['%ff', '\ufffd'],
  ['%zz and %', '%zz and %'],
]
for (const [written, read] of encoded) {
  t.test(`${JSON.stringify(written)} is read as ${JSON.stringify(read)}`, async (t) => {
    t.equal(decodeLaurel(written), read)
    t.same(decodeLaurel({ list: [written], number: 1 }), { list: [read], number: 1 })
  })
}

t.test('a connection has the command line that its process was executed with last', async (t) => {
  const table = new ProcessTable()
  readLaurel(exec(20, 10, '/usr/bin/python3.13', ['python3', '-c', 'x']), table)
  readLaurel(exec(20, 10, '/memfd:x (deleted)', ['curl', '-s']), table)
  const read = readLaurel(connect(20, 10, '/memfd:x (deleted)'), table) as Json
  t.match(read, { SYSCALL: { PID: { ARGV: ['curl', '-s'] } } })
  t.match(observeLaurel(read, 'audit', 5), {
    kind: 'telemetry',
    layer: 'process-network',
    event: 'connect',
    at: 1_795_489_835_110,
    receivedAt: 5,
    destination: { address: '198.18.0.2', port: 4444 },
    socket: { remote: { address: '198.18.0.2', port: 4444 } },
    process: { pid: 20, ppid: 10, executable: '/memfd:x (deleted)', commandLine: 'curl -s', container },
  })
})

t.test(
  'a process that has executed nothing has its parent’s command line, one with an old number has none',
  async (t) => {
    const table = new ProcessTable()
    readLaurel(exec(20, 10, '/usr/bin/bash', ['bash', '-c', 'job']), table)
    t.match(readLaurel(connect(21, 20, '/usr/bin/bash'), table), {
      SYSCALL: { PID: { ARGV: ['bash', '-c', 'job'] }, PPID: { exe: '/usr/bin/bash', ARGV: ['bash', '-c', 'job'] } },
    })
    const other = readLaurel(connect(20, 7, '/usr/bin/perl'), table) as { SYSCALL: Json }
    t.equal(other.SYSCALL.PID, undefined)
  },
)

t.test('what is no news is left out', async (t) => {
  const observed = (record: Json) => observeLaurel(readLaurel(record, new ProcessTable()) as Json, 'audit', 0)
  t.equal(observed(event({ SYSCALL: 'execve', success: 'no', exit: -2 })), null, 'a search for a program')
  t.equal(observed(exec(20, 10, '/', ['runc', 'init'])), null, 'the engine')
  t.equal(observed(event({ SYSCALL: 'getsockname' })), null)
  t.equal(observed({ ID: '1.000:1', CONFIG_CHANGE: {} }), null)
  t.equal(readLaurel({ event_type: 'flow' }, new ProcessTable()), undefined, 'not laurel’s')
  t.ok(
    observed({
      ...connect(20, 10, '/usr/bin/bash'),
      SYSCALL: { SYSCALL: 'connect', success: 'no', exit: -111, pid: 20, ppid: 10 },
    }),
    'a refused connection is news',
  )
})

t.test('the container is found where laurel 0.7 has it', async (t) => {
  const { CONTAINER_INFO: _, ...others } = connect(20, 10, '/usr/bin/bash')
  const record = { ...others, SYSCALL: { ...(others.SYSCALL as Json), PID: { container: { id: container } } } }
  t.match(observeLaurel(readLaurel(record, new ProcessTable()) as Json, 'audit', 0), { process: { container } })
})

t.test('the table forgets the oldest first', async (t) => {
  const table = new ProcessTable(2)
  for (const pid of [1, 2, 3]) table.executed('c', pid, { arguments: [String(pid)], executable: '/x', ppid: 0 })
  t.equal(table.find('c', 1), null)
  t.same(table.find('c', 3)?.arguments, ['3'])
  t.equal(table.find('other', 3), null, 'another container has processes of the same number')
})

t.test('an address is the own end of a bind, and the other end of all else', async (t) => {
  const at = { SOCKADDR: [{ SADDR: { saddr_fam: 'inet', addr: '198.18.0.2', port: 4444 } }] }
  const end = { address: '198.18.0.2', port: 4444 }
  for (const [call, socket] of [
    ['bind', { local: end }],
    ['accept4', { remote: end }],
    ['sendto', { remote: end }],
  ] as const)
    t.same(observeLaurel(event({ SYSCALL: call }, at), 'audit', 5)?.socket, socket, call)
  t.equal(observeLaurel(event({ SYSCALL: 'listen' }), 'audit', 5)?.socket, undefined)
})
