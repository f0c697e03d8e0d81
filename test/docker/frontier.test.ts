import { join } from 'node:path'
import t from 'tap'
import { frontierCommand } from '../../harness/commands/frontier.ts'
import { readRecord } from '../../harness/evidence/read.ts'
import { tocsin } from '../cli/tocsin.ts'
import { words } from '../cli/words.ts'

/** Where Suricata's own limits lie: `stream.max-syn-queued` 10 beside the first, and 500 requests of Modbus without an answer. */
const limits: Record<string, { below: number; above: number }> = {
  'tcp-syn-flood-one-tuple': { below: 11, above: 12 },
  'modbus-request-flood': { below: 500, above: 501 },
}

for (const [line] of frontierCommand.examples)
  t.test(`tocsin ${line} finds the limit that Suricata has`, async (t) => {
    const cwd = t.testdir()
    const { code, stdout, stderr } = await tocsin([...words(line), '--out', 'run'], { cwd })
    t.equal(code, 0, stderr)
    const { run, trials } = await readRecord(join(cwd, 'run'))
    const [scenario = ''] = words(line).slice(1)
    const { below, above } = limits[scenario] ?? { below: -1, above: -1 }
    t.match(run.frontier, { result: 'found', edges: [{ below, above, detectedSide: 'above', isExact: true }] })
    t.same(run.problems, [])
    t.match(stdout, `detects it at ${above} and above, and not at ${below} and below`)
    t.match(stderr, new RegExp(`^ {2}${above}: 5 of 5 detected$`, 'm'))
    for (const { value, detected, decided } of run.frontier?.points ?? []) {
      const own = trials.filter((trial) => trial.case === `count=${value}` && trial.kind === 'stimulus')
      t.equal(own.length, decided, `every trial of ${value} is in the record`)
      t.equal(own.filter(({ verdict }) => verdict === 'detected').length, detected)
    }
    t.ok(trials.filter(({ kind }) => kind === 'control').every(({ verdict }) => verdict === 'quiet'))
    const addresses = trials.map(({ identity }) => `${identity.client.ipv4} ${identity.client.port}`)
    t.equal(new Set(addresses).size, trials.length, 'no probe meets the flows of another')
  })
