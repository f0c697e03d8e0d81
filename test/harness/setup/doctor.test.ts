import t from 'tap'
import { doctor } from '../../../harness/setup/doctor.ts'
import { doctorTable } from '../../../harness/setup/doctor-table.ts'
import { programNeeds } from '../../../harness/setup/program-needs.ts'
import { createMachine } from './machine.ts'

const { signal } = new AbortController()

t.test('lists each need, found or not, with how to get it, and facts about the machine', async (t) => {
  const machine = createMachine(t, { isRoot: false })
  machine.addProgram('apt-get', '')
  const jq = machine.addProgram('jq', '')
  const lines = await doctor(machine.host, programNeeds(machine.host), signal)
  t.match(
    lines.find(({ name }) => name === 'jq'),
    { ok: true, detail: jq, get: null },
  )
  t.match(
    lines.find(({ name }) => name === 'tshark'),
    {
      ok: false,
      detail: 'missing',
      get: 'sudo apt-get update && sudo apt-get install -y --no-install-recommends tshark',
    },
  )
  for (const name of ['kernel', 'cgroup', 'bridge', 'capabilities'])
    t.match(
      lines.find((line) => line.name === name),
      { ok: null, get: null, detail: String },
    )
  t.strictSame(JSON.parse(JSON.stringify(lines)), lines)
})

t.test('root is not told to use sudo, and another distribution not to use apt-get', async (t) => {
  const root = createMachine(t)
  root.addProgram('apt-get', '')
  const get = async (host: typeof root.host) =>
    (await doctor(host, programNeeds(host), signal)).find(({ name }) => name === 'tshark')?.get
  t.equal(await get(root.host), 'apt-get update && apt-get install -y --no-install-recommends tshark')
  t.equal(await get(createMachine(t, { osRelease: 'ID=arch\n' }).host), 'install tshark')
})

t.test('the table has one line for each thing and colours only when asked', async (t) => {
  const common = { why: 'to test', for: ['run' as const, 'pdf' as const] }
  const lines = [
    { ...common, name: 'a', title: 'Thing', ok: true, detail: '1.0', get: null },
    { ...common, name: 'b', title: 'Other thing', ok: false, detail: 'missing', get: 'get thing' },
    { name: 'c', title: 'Kernel', why: '', for: [], ok: null, detail: '6.1', get: null },
  ]
  t.equal(
    doctorTable(lines, false),
    [
      'ok       Thing        1.0',
      'missing  Other thing  missing (to test; for run, pdf)',
      '                      get it: get thing',
      '-        Kernel       6.1',
      '',
    ].join('\n'),
  )
  t.match(doctorTable(lines, true), '\x1b[31mmissing\x1b[0m')
})
