import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readWhole } from '../../harness/evidence/read.ts'
import { tocsin } from '../cli/tocsin.ts'
import { ownSuricata, withoutRoot } from './own-suricata.ts'

t.test("a user's own Suricata on a mirror of the wires is read and judged", { skip: withoutRoot }, async (t) => {
  const cwd = t.testdir()
  const suricata = await ownSuricata(t, join(cwd, 'eve'))

  await writeFile(join(cwd, 'monitors.yaml'), '- { type: suricata-eve, name: soc-suricata, path: eve/eve.json }\n')
  // For the last there is a rule of Tocsin's own alone, which this stack has not.
  const only = 'icmp-unknown-type,tcp-fin-scan,tcp-null-scan'
  const mine = ['run', '--mirror', suricata.mirror, '--monitors', 'monitors.yaml', '--only', only, '--format', 'csv']
  const { code, stdout, stderr } = await tocsin(mine, { cwd })
  t.equal(code, 1, `${stdout}${stderr}`)

  const { run: record, trials, observations } = await readWhole(join(cwd, 'runs/latest'))
  t.match(record.monitors, [{ name: 'soc-suricata', type: 'suricata-eve', embedded: false }])
  t.equal(record.ruleSet, null, 'no sensor of our own was started')
  t.same(record.problems, [])
  t.same(
    trials.map(({ scenario, kind, verdict }) => `${scenario} ${kind} ${verdict}`),
    [
      'icmp-unknown-type stimulus detected',
      'icmp-unknown-type control quiet',
      'tcp-fin-scan stimulus detected',
      'tcp-fin-scan control quiet',
      'tcp-null-scan stimulus missed',
      'tcp-null-scan control quiet',
    ],
  )
  t.match(
    record.scenarios.at(-1),
    { id: 'tcp-null-scan', expected: 'detected', expectedRules: {} },
    'any alert would do',
  )
  t.same(new Set(observations.map(({ monitor }) => monitor)), new Set(['soc-suricata']))
  for (const { alerts } of trials) for (const { monitor } of alerts) t.equal(monitor, 'soc-suricata')

  await suricata.stop()
})

t.test('a mirror that is no interface of the host is exit code 2, and nothing is left behind', async (t) => {
  const cwd = t.testdir()
  const { code, stderr } = await tocsin(['run', '--mirror', 'nosuch0', '--only', 'icmp-unknown-type'], { cwd })
  t.equal(code, 2, stderr)
  t.match(stderr, /"nosuch0" is no interface/)
})
