import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readRecord } from '../../harness/evidence/read.ts'
import { tocsin } from '../cli/tocsin.ts'

t.test(
  'processes and packets in one campaign: seen by audit and wire, tied to their trials, told in the record',
  async (t) => {
    const out = join(t.testdir(), 'run')
    const chosen = ['bash-dev-tcp', 'deleted-program', 'preload-sort', 'raw-icmp', 'bind-shell-shm', 'tcp-null-scan']
    const { code, stdout, stderr } = await tocsin(['run', '--only', chosen.join(','), '--format', 'csv', '--out', out])
    t.equal(code, 0, `${stdout}\n${stderr}`)
    const { run, trials, observations } = await readRecord(out)
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
    const joins = trials.flatMap((trial) => (trial.joins ?? []).map((join) => ({ trial, join })))
    t.same(
      joins.map(({ trial }) => trial.id).sort(),
      chosen
        .slice(0, 5)
        .map((id) => `${id}[]/stimulus/1`)
        .sort(),
    )
    for (const { trial, join: found } of joins) {
      t.match(found, { network: 'embedded-suricata', process: 'embedded-audit', outcome: 'joined' }, found.reason)
      // The shell behind the port is a child of the process that opened it.
      const process = trial.proof.process
      const own = trial.scenario === 'bind-shell-shm' ? { executable: /svc/ } : { pid: process?.pid }
      t.match(found.candidates, [{ ...own, container: process?.container }])
    }
    t.match(stdout, /joined +5 of 5 \(100%; 95% interval [^)]+\): embedded-suricata with embedded-audit/)

    const evidence = JSON.parse(readFileSync(join(out, String(deleted?.proof.process?.evidence)), 'utf8'))
    t.match(evidence, {
      trial: deleted?.id,
      performance: { run: { removeAfterStart: [/job$/] } },
      witness: { process: { deleted: true } },
    })

    const told = observations.find(({ trial, event }) => trial === deleted?.id && event === 'connect')
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
  },
)
