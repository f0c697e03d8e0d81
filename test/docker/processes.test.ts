import { readWhole } from '../../harness/evidence/read.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { tocsin } from '../cli/tocsin.ts'
import { audit } from './audit-lock.ts'

// Other tests switch the kernel's audit off.
const lock = audit('alone')
t.teardown(() => lock[Symbol.dispose]())

t.test(
  'processes and packets in one campaign: seen by audit and wire, tied to their trials, told in the record',
  async (t) => {
    const out = join(t.testdir(), 'run')
    const chosen = [
      'bash-dev-tcp',
      'deleted-program',
      'preload-sort',
      'raw-icmp',
      'bind-shell-shm',
      'tcp-null-scan',
      'io-uring-connects',
      'preload-curl',
      'reverse-shell-python',
      'first-seen-program',
      'first-seen-parent',
    ]
    const { code, stdout, stderr } = await tocsin(['run', '--only', chosen.join(','), '--format', 'csv', '--out', out])
    t.equal(code, 0, `${stdout}\n${stderr}`)
    const { run, trials, observations } = await readWhole(out)
    t.same(run.problems, [])
    t.match(run.monitors, [
      { name: 'embedded-suricata', layers: ['flow', 'packet', 'stream'] },
      {
        name: 'embedded-audit',
        type: 'laurel',
        layers: ['process', 'process-network'],
        embedded: true,
        version: /^auditd \S+, laurel 0\./,
      },
      { name: 'embedded-bpf', type: 'bpftrace', layers: ['process', 'process-network'], embedded: true },
    ])
    t.same(
      run.images.map(({ name }) => name.split(':')[0]),
      ['tocsin/actor', 'tocsin/sensor', 'tocsin/endpoint', 'tocsin/stage'],
    )

    const deleted = trials.find(({ id }) => id === 'deleted-program[]/stimulus/1')
    t.match(deleted, {
      verdict: 'detected',
      wire: 'kernel',
      layers: ['flow', 'process', 'process-network'],
      proof: { frames: 1, found: 1, process: { deleted: true, executable: /\/job \(deleted\)$/, exit: { status: 0 } } },
    })
    const all = trials.flatMap((trial) => (trial.joins ?? []).map((join) => ({ trial, join })))
    const joins = all.filter(({ join: { process } }) => process === 'embedded-audit')
    const asked = run.scenarios.filter(({ correlate }) => correlate !== undefined).map(({ id }) => id)
    t.ok(asked.length >= 5)
    t.same(joins.map(({ trial }) => trial.scenario).sort(), asked.sort())
    /** Several processes talk to one server there, each in its turn: only the source port tells which connection was whose. */
    const isTaught = ({ trial }: (typeof all)[number]) => trial.baseline !== undefined
    for (const { trial, join: found } of joins.filter(isTaught)) {
      const process = trial.proof.process?.pid
      // On a slow machine the others were done more than the tolerance before.
      if (found.outcome === 'joined') t.match(found.candidates, [{ pid: process }], trial.id)
      else t.match(found, { outcome: 'ambiguous', reason: /source port.* would tell them apart/ }, trial.id)
      const exact = all.find((each) => each.trial === trial && each.join.process === 'embedded-bpf')
      t.match(exact?.join, { outcome: 'joined', candidates: [{ pid: process }] }, `${trial.id}: bpftrace has that port`)
    }
    for (const { trial, join: found } of joins.filter((each) => !isTaught(each))) {
      t.match(found, { network: 'embedded-suricata', process: 'embedded-audit', outcome: 'joined' }, found.reason)
      // The shell behind the port is a child of the process that opened it.
      const process = trial.proof.process
      const own = trial.scenario === 'bind-shell-shm' ? { executable: /svc/ } : { pid: process?.pid }
      t.match(found.candidates, [{ ...own, container: process?.container }])
    }
    for (const { trial, join: found } of all) {
      if (found.process !== 'embedded-bpf' || found.outcome !== 'joined') continue
      t.match(found.keys, [
        'source address',
        'source port',
        'destination address',
        'destination port',
        'protocol',
        'time',
      ])
      t.match(found.candidates, [{ pid: trial.proof.process?.pid }])
    }
    t.match(
      stdout,
      new RegExp(
        `joined +${joins.filter(({ join: { outcome } }) => outcome === 'joined').length} of ${asked.length} \\([^)]+\\): embedded-suricata with embedded-audit`,
      ),
    )

    const evidence = JSON.parse(readFileSync(join(out, String(deleted?.proof.process?.evidence)), 'utf8'))
    t.match(evidence, {
      trial: deleted?.id,
      performance: { run: { removeAfterStart: [/job$/] } },
      witness: { process: { deleted: true } },
    })

    const told = observations.find(
      ({ trial, event, monitor }) => trial === deleted?.id && event === 'connect' && monitor === 'embedded-audit',
    )
    t.match(
      told?.raw,
      { SYSCALL: { pid: deleted?.proof.process?.pid, exe: deleted?.proof.process?.executable } },
      'log and witness agree',
    )
    t.same(
      observations.filter(({ kind, trial }) => kind === 'alert' && trial === null),
      [],
    )
    t.match(
      trials.find(({ id }) => id === 'tcp-null-scan[]/stimulus/1'),
      { wire: /^(ip|frame)$/, met: true },
    )

    t.test('bpftrace names both ends of each connection: one process, one flow, one trial', async (t) => {
      const connections = observations.filter(
        ({ monitor, kind, event, phase }) =>
          monitor === 'embedded-bpf' && kind === 'telemetry' && event === 'connect' && phase === undefined,
      )
      const talking = trials.filter(({ proof }) => proof.process?.peer && proof.process.peer.port > 0)
      const dialled = ['raw-icmp', 'bind-shell-shm']
      for (const { id, scenario, proof } of talking.filter((each) => !dialled.includes(each.scenario))) {
        const own = connections.filter(({ trial }) => trial === id)
        t.equal(own.length, 1, `${id}: one connection`)
        t.match(
          own[0]?.raw,
          { pid: proof.process?.pid, source: proof.process?.peer, container: /^[0-9a-f]{64}$/ },
          scenario,
        )
        const { source, destination } = (own[0] as (typeof own)[number]).raw as unknown as Record<
          'source' | 'destination',
          End
        >
        const flows = observations.filter(
          ({ monitor, event, raw }) =>
            monitor === 'embedded-suricata' &&
            event === 'flow' &&
            isDeepStrictEqual(
              [raw.src_ip, raw.src_port, raw.dest_ip, raw.dest_port],
              [source.address, source.port, destination.address, destination.port],
            ),
        )
        t.same(
          flows.map(({ trial }) => trial),
          [id],
          `${id}: Suricata has this flow once, and it is of this trial`,
        )
      }
    })

    t.test('what only bpftrace tells: a request in a ring, a shell on a socket, a preloaded library', async (t) => {
      const alerts = (id: string) =>
        observations.flatMap(({ trial, monitor, rule }) =>
          trial === `${id}[]/stimulus/1` && monitor === 'embedded-bpf' && rule ? [rule.name] : [],
        )
      t.same(alerts('io-uring-connects'), ['TOCSIN Connection that no call of connect asked for'])
      t.same(alerts('reverse-shell-python'), ['TOCSIN Shell that reads its commands from a socket'])
      t.same(alerts('preload-curl'), ['TOCSIN Program is executed with a preloaded library'])
      const byAudit = observations.filter(
        ({ trial, monitor, event }) =>
          trial === 'io-uring-connects[]/stimulus/1' && monitor === 'embedded-audit' && event === 'connect',
      )
      t.same(byAudit, [], 'the audit knows nothing of the connection through the ring')
    })

    t.test('a program, and who starts it, are new where others were learnt, and then no longer', async (t) => {
      for (const [scenario, rule] of [
        ['first-seen-program', /9042$/],
        ['first-seen-parent', /9043$/],
      ] as const) {
        const of = (kind: string) => trials.find((each) => each.scenario === scenario && each.kind === kind)
        t.match(
          of('stimulus'),
          { verdict: 'detected', alerts: [{ rule }], baseline: { frames: 3, found: 3 } },
          scenario,
        )
        t.match(of('stimulus')?.repeat, { outcome: 'silent', reason: /the stack has learnt it/ }, scenario)
        t.match(of('control'), { verdict: 'quiet', baseline: { frames: 3, found: 3 } }, scenario)
        for (const kind of ['stimulus', 'control']) {
          const learning = of(kind)?.baseline?.alerts ?? []
          t.equal(learning.filter((alert) => rule.test(alert.rule)).length, 1, `${scenario}: told once while it learnt`)
        }
      }
      t.match(run.baseline?.conversations[0], { generator: 'process', flows: [/^tcp .*:5432$/], frames: 1, found: 1 })
    })
  },
)

interface End {
  address: string
  port: number
}
