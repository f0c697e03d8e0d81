import t from 'tap'
import type { Performance } from '../../generators/process/performance.ts'
import { type Stage, openStage } from '../../harness/sandbox/stage.ts'
import { perform } from '../../harness/stimulus/perform.ts'
import type { SeenProcess } from '../../harness/witness/process-proof.ts'
import { packetAddresses } from '../../harness/attribution/packet-addresses.ts'
import { identities } from '../../harness/plan/identities.ts'
import { Capture, newSession, realEngine, sandboxFor, signal } from './sandbox-rig.ts'

const { engine, images } = await realEngine()

t.test('processes on a stage', async (t) => {
  const session = newSession()
  const sandbox = await sandboxFor(t, { engine, images, session })
  const capture = new Capture(sandbox.capture)
  const { identity } = identities(sandbox.network.subnet, 'stage')
  const all = Array.from({ length: 8 }, (_, slot) => identity(0, slot))
  const { network, wires } = sandbox
  const stage = await openStage({ engine, session, images, network: network.name, wires, identities: all, signal })
  t.teardown(() => stage[Symbol.asyncDispose]())
  let next = 0
  /** A user and addresses that no other test of this file has. */
  const performing = () => {
    const slot = next++
    return { stage, identity: identity(0, slot), uid: 200_001 + slot, signal }
  }
  const shell = (marker: string, script: string, more: Partial<Performance> = {}): Performance => ({
    folder: `/stage/${marker}`,
    files: [],
    run: {
      program: '/usr/bin/bash',
      argv: ['bash', '-c', script],
      environment: { PATH: '/usr/bin', TOCSIN_MARKER: marker },
      directory: `/stage/${marker}`,
      stdin: 'null',
      input: '',
      capabilities: [],
      removeAfterStart: [],
    },
    listener: { protocol: 'tcp', port: 4444, reply: 'ok\n', waits: '' },
    leftovers: [],
    limitMs: 10_000,
    ...more,
  })
  const talk = (server: string, marker: string) =>
    `exec 3<>/dev/tcp/${server}/4444; echo ${marker} >&3; read -r -u 3 answer`

  await t.test('what is seen from outside is what ran, and the tap has its packets', async (t) => {
    const one = performing()
    const { marker, client, server } = one.identity
    const proof = await perform(shell(marker, talk(server.ipv4, marker)), one)
    t.match(proof, {
      process: {
        executable: '/usr/bin/bash',
        deleted: false,
        arguments: ['bash', '-c', /dev.tcp/],
        marker,
        container: stage.container.id,
        parents: [{ executable: /python3/ }],
      },
      peer: { address: client.ipv4 },
      exit: { status: 0, signal: null },
      received: `${marker}\n`,
    })
    const own = () => capture.frames.filter(({ bytes }) => packetAddresses(bytes).flows[0]?.destination === server.ipv4)
    await capture.until(() => own().length >= 4)
    const flow = own().map(({ bytes }) => packetAddresses(bytes).flows[0])
    t.match(flow[0], { source: client.ipv4, ports: { source: proof.peer?.port, destination: 4444 } })
  })

  await t.test('nothing outlives a performance: no child, no file', async (t) => {
    const one = performing()
    const { marker, server } = one.identity
    const script = `setsid sleep 1000 & touch /tmp/left-${marker}; ${talk(server.ipv4, marker)}`
    let during: readonly SeenProcess[] = []
    const onSeen = (seen: readonly SeenProcess[]) => {
      during = seen
    }
    await perform(shell(marker, script, { leftovers: [`/tmp/left-${marker}`] }), { ...one, onSeen })
    t.ok(
      during.some(({ name }) => name === 'sleep'),
      'the child was there',
    )
    t.same(await processesOf(stage, one.uid), [])
    const other = performing()
    const look = `ls -d /tmp/left-${marker} /stage/${marker} 2>/dev/null | wc -l >&3`
    const found = await perform(
      shell(
        other.identity.marker,
        `exec 3<>/dev/tcp/${other.identity.server.ipv4}/4444; echo ${other.identity.marker} >&3; ${look}; read -r -u 3 answer`,
      ),
      other,
    )
    t.equal(found.received, `${other.identity.marker}\n0\n`)
  })

  await t.test('a program that does not connect is no proof, and says why', async (t) => {
    const one = performing()
    await t.rejects(perform(shell(one.identity.marker, 'echo so not >&2; exit 3'), one), {
      code: 'SANDBOX_FAILED',
      message: 'the program ended with status 3 before it connected: so not',
    })
    const other = performing()
    const missing = shell(other.identity.marker, '')
    missing.run.program = '/no/such/program'
    await t.rejects(perform(missing, other), { message: /could not do it: FileNotFoundError/ })
  })

  await t.test('one that never ends is ended in time', async (t) => {
    const one = performing()
    await t.rejects(perform(shell(one.identity.marker, 'sleep 1000', { limitMs: 1000 }), one), {
      message: 'it was not over within 1 s',
    })
    t.same(await processesOf(stage, one.uid), [])
  })

  await t.test('one that connects but does not bring the marker is no proof', async (t) => {
    const one = performing()
    const script = talk(one.identity.server.ipv4, 'nothing')
    await t.rejects(perform(shell(one.identity.marker, script), one), {
      message: /^the listener did not get the marker/,
    })
  })
})

async function processesOf({ witness }: Stage, uid: number): Promise<unknown> {
  return (await witness.ask({ type: 'look', uid }).says('seen')).processes
}
