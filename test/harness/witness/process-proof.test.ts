import t from 'tap'
import { type SeenProcess, talkingProcess } from '../../../harness/witness/process-proof.ts'

const process = (pid: number, sockets: SeenProcess['sockets']): SeenProcess => ({
  pid: 1000 + pid,
  ppid: 1,
  pidInContainer: pid,
  executable: '/usr/bin/bash',
  arguments: ['bash'],
  deleted: false,
  name: 'bash',
  directory: '/',
  marker: null,
  container: 'c',
  parents: [],
  sockets,
  startedAt: 0,
})
const end = (port: number) => ({ address: '198.18.0.1', port })
const tcp = (port: number) => ({ fd: 3, kind: 'tcp', local: end(port), remote: end(4444) })
const idle = process(5, [])

t.test('the process that holds the other end of the connection is the one, of several the youngest', async (t) => {
  const talking = [process(6, [tcp(40000)]), process(7, [tcp(40000)])]
  t.equal(talkingProcess([idle, ...talking], { protocol: 'tcp' }, end(40000), 5), talking[1])
  t.equal(talkingProcess([idle, ...talking], { protocol: 'tcp' }, end(40001), 5), null, 'another connection')
  t.equal(talkingProcess([idle, ...talking], { protocol: 'udp' }, end(40000), 5), null, 'another protocol')
})

t.test('a program that waits for connections is found by its own port', async (t) => {
  const server = process(6, [{ fd: 3, kind: 'tcp', local: end(8080), remote: end(0) }])
  t.equal(talkingProcess([server], { protocol: 'dial' }, end(8080), 5), server)
})

t.test('raw and packet sockets and rings have no port', async (t) => {
  const raw = process(6, [{ fd: 3, kind: 'raw', local: end(1), remote: end(0) }])
  t.equal(talkingProcess([idle, raw], { protocol: 'icmp' }, end(77), 5), raw)
  t.equal(talkingProcess([idle, raw], { protocol: 'udp' }, end(77), 5), null)
  const packet = process(6, [{ fd: 3, kind: 'packet' }])
  t.equal(talkingProcess([idle, packet], { protocol: 'udp' }, end(77), 5), packet)
})

t.test('without a listener it is the process that was started', async (t) => {
  t.equal(talkingProcess([idle, process(6, [])], null, null, 5), idle)
  t.equal(talkingProcess([process(6, [])], null, null, 5), null)
})
