import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import type { Performance } from '../../generators/process/performance.ts'
import { type Stage, openStage } from '../../harness/sandbox/stage.ts'
import { perform } from '../../harness/stimulus/perform.ts'
import type { SeenProcess } from '../../harness/witness/process-proof.ts'
import { packetAddresses } from '../../harness/attribution/packet-addresses.ts'
import { identities } from '../../harness/plan/identities.ts'
import { Capture, newSession, realEngine, sandboxFor, signal } from './sandbox-rig.ts'

const run = promisify(execFile)
const { engine, images } = await realEngine()

t.test('processes on a stage', async (t) => {
  const session = newSession()
  const sandbox = await sandboxFor(t, { engine, images, session })
  const capture = new Capture(sandbox.capture)
  const { identity } = identities(sandbox.network.subnet, 'stage')
  const all = Array.from({ length: 24 }, (_, slot) => identity(0, slot))
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
    // The child has its name once it runs the program.
    const runs = 'until read -r name </proc/$!/comm && [ "$name" = sleep ]; do :; done'
    const script = `setsid sleep 1000 & ${runs}; touch /tmp/left-${marker}; ${talk(server.ipv4, marker)}`
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

  await t.test('whatever a program does to live on, it does not outlive its trial', async (t) => {
    /** What runs beside the connection when the witness looks; it is in the process's own arguments or name. */
    const kinds: Record<string, string> = {
      'a child in the background': 'sleep 1001 &',
      'a session of its own': 'setsid sleep 1001 &',
      'a double fork': '( ( sleep 1001 & ) & )',
      'a daemon: session, double fork, other folder, nothing open':
        '( cd /; setsid bash -c "exec </dev/null >/dev/null 2>&1 3>&-; (exec sleep 1001) &" ) &',
      'signals ignored': 'bash -c "trap \\"\\" TERM HUP INT QUIT USR1; while :; do sleep 1001; done" &',
      'stopped by a signal': 'sleep 1001 & kill -STOP $!',
      'one that starts itself again and again':
        'again() { [ -e stop ] || { sleep 0.01; ( again & ) ; }; }; again & setsid sleep 1001 &',
      'under another name': '(exec -a [kworker/0:1] sleep 1001) &',
      'a program whose file is gone': 'cp /usr/bin/sleep own; chmod 755 own; ./own 1001 & sleep 0.05; rm own',
      'a program in memory': `python3 -c "import os; f = os.memfd_create('m'); os.write(f, open('/usr/bin/sleep', 'rb').read()); os.execve(f, ['sleep', '1001'], {})" &`,
      'a job of cron':
        'cp /usr/bin/perl cron; chmod 755 cron; ./cron -e "system(qq(setsid sleep 1001 &)); sleep 1001" &',
      'a job of atd': 'cp /usr/bin/perl atd; chmod 755 atd; ./atd -e "setpgrp; fork or exec qw(sleep 1001); exit" &',
      many: 'for i in $(seq 20); do setsid sleep 1001 & done',
      'one that holds its port open': `setsid python3 -c "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); time.sleep(1001)" &`,
    }
    await Promise.all(
      Object.entries(kinds).map(async ([kind, leave]) => {
        const one = performing()
        const { marker, server } = one.identity
        let during: readonly SeenProcess[] = []
        const onSeen = (seen: readonly SeenProcess[]) => {
          during = seen
        }
        const script = `${leave}\nsleep 0.3; ${talk(server.ipv4, marker)}`
        await perform(shell(marker, script, { leftovers: [] }), { ...one, onSeen })
        const beside = during.filter((each) => each.arguments.join(' ').includes('1001'))
        t.ok(beside.length > 0, `${kind}: it was there`)
        t.same(await processesOf(stage, one.uid), [], `${kind}: and is gone`)
      }),
    )
    const { stdout } = await run('docker', ['top', stage.container.id, '-eo', 'uid,pid,args'])
    t.same(
      stdout.split('\n').filter((line) => /^\s*20\d{4}\s/.test(line)),
      [],
      'the engine sees none either',
    )
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
