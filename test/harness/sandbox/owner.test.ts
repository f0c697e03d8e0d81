import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { asUser } from '../../cli/environment.ts'
import { currentOwner, formatOwner, ownerState, parseOwner } from '../../../harness/sandbox/owner.ts'

t.test('this process is alive, and an owner survives being written down', async (t) => {
  const owner = await currentOwner()
  t.equal(owner.pid, process.pid)
  t.equal(await ownerState(owner), 'alive')
  t.strictSame(parseOwner(formatOwner(owner)), owner)
})

t.test('a process that was killed is dead', async (t) => {
  const program = `
    import { currentOwner, formatOwner } from ${JSON.stringify(new URL('../../../harness/sandbox/owner.js', import.meta.url))}
    console.log(formatOwner(await currentOwner()))
    setInterval(() => {}, 1000)`
  const child = spawn(...asUser(process.execPath, ['--input-type=module', '-e', program]), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  const owner = parseOwner(String(line).trim())
  if (owner === null) return t.fail('the child did not say who it is')
  t.equal(await ownerState(owner), 'alive')
  child.kill('SIGKILL')
  await once(child, 'exit')
  t.equal(await ownerState(owner), 'dead')
})

t.test('another process under the same number, and one from before a reboot, are dead', async (t) => {
  const owner = await currentOwner()
  t.equal(await ownerState({ ...owner, start: String(Number(owner.start) - 1) }), 'dead')
  t.equal(await ownerState({ ...owner, boot: '00000000-0000-0000-0000-000000000000' }), 'dead')
})

t.test('of another host or PID namespace nothing is known', async (t) => {
  const owner = await currentOwner()
  t.equal(await ownerState({ ...owner, host: `${owner.host}-other` }), 'elsewhere')
  t.equal(await ownerState({ ...owner, namespace: 'pid:[1]' }), 'elsewhere')
})

t.test('text that is no owner is none', async (t) => {
  const owner = JSON.parse(formatOwner(await currentOwner()))
  const bad = [
    '',
    'no',
    'null',
    '[]',
    '{}',
    '7',
    ...['host', 'pid', 'start'].map((key) => JSON.stringify({ ...owner, [key]: null })),
  ]
  for (const text of [...bad, JSON.stringify({ ...owner, pid: -1 }), JSON.stringify({ ...owner, pid: 1.5 })]) {
    t.equal(parseOwner(text), null, text)
  }
})
