import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { SetupError } from '../../../harness/errors.ts'
import type { Need } from '../../../harness/setup/need.ts'
import { programNeeds } from '../../../harness/setup/program-needs.ts'
import { setup } from '../../../harness/setup/setup.ts'
import { createMachine, type Machine, workingApt } from './machine.ts'

const wanted = ['tshark', 'jq']
const { signal } = new AbortController()

function setupOf(machine: Machine, confirm: ((question: string) => Promise<boolean>) | null = null, needs?: Need[]) {
  const chosen = needs ?? programNeeds(machine.host).filter(({ name }) => wanted.includes(name))
  return setup({ host: machine.host, needs: chosen, for: 'test', confirm, progress: machine.progress, signal })
}

t.test('says what it is about to install and how big it is, installs it, and a second run does nothing', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('apt-get', workingApt)
  t.strictSame(await setupOf(machine), wanted)
  t.match(
    machine.said.join('\n'),
    /About to:\n {2}install tshark jq with apt-get \(12\.5 MB to download, 40 MB on disk\)/,
  )
  t.strictSame(machine.calls(), [
    'apt-get -q update [noninteractive]',
    'apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=600 install tshark jq [noninteractive]',
  ])
  t.strictSame(await setupOf(machine), [])
  t.equal(machine.calls().length, 2)
})

t.test('without root it prints the exact command, exits with 2 and runs nothing', async (t) => {
  const machine = createMachine(t, { isRoot: false })
  machine.addProgram('apt-get', workingApt)
  const error = await setupOf(machine).catch((caught) => caught)
  t.ok(error instanceof SetupError)
  t.equal(error.exitCode, 2)
  t.match(error.message, '\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends tshark jq')
  t.strictSame(machine.calls(), [])
})

t.test('on a terminal it asks, and no means that nothing is done', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('apt-get', workingApt)
  const questions: string[] = []
  const answer = (yes: boolean) => async (question: string) => {
    questions.push(question)
    return yes
  }
  await t.rejects(setupOf(machine, answer(false)), {
    code: 'NOT_SET_UP',
    exitCode: 2,
    message: /Nothing was installed/,
  })
  t.strictSame(machine.calls(), [])
  await setupOf(machine, answer(true))
  t.equal(machine.calls().length, 2)
  t.strictSame(questions, ['Go ahead?', 'Go ahead?'])
})

t.test('on a distribution that it does not know it names what to install', async (t) => {
  const machine = createMachine(t, { osRelease: 'PRETTY_NAME="Fedora Linux 43"\nID=fedora\n' })
  await t.rejects(setupOf(machine), {
    exitCode: 2,
    message:
      'On Fedora Linux 43, install these with its own package manager and start again:\n  tshark (Debian calls it tshark)\n  jq (Debian calls it jq)',
  })
})

t.test('descendants of Debian are set up as Debian is', async (t) => {
  const machine = createMachine(t, { osRelease: 'ID=raspbian\nID_LIKE="debian"\n' })
  machine.addProgram('apt-get', workingApt)
  t.strictSame(await setupOf(machine), wanted)
})

t.test('when apt-get fails the end of what it said is shown, with the log and the command to retry', async (t) => {
  const machine = createMachine(t)
  machine.addProgram(
    'apt-get',
    'for i in 1 2 3 4 5 6 7 8 9; do echo "line $i"; echo "more $i"; done; echo "E: no space" >&2; exit 100',
  )
  const error: SetupError = await setupOf(machine).catch((caught) => caught)
  t.equal(error.exitCode, 2)
  t.match(error.message, /could not install tshark jq \(status 100\)/)
  t.match(error.message, /E: no space/)
  t.notMatch(error.message, /line 1\n/)
  t.match(error.message, join(machine.folder, 'log', 'apt.log'))
  t.match(error.message, /To retry: sudo apt-get update/)
})

t.test('a failed update of the lists is said, and does not keep from installing', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('apt-get', `case "$*" in *update*) exit 100;; esac\n${workingApt}`)
  t.strictSame(await setupOf(machine), wanted)
  t.ok(machine.said.includes('apt-get update failed; trying with the lists that are there.'))
})

t.test('what only the user can do is told before anything is installed', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('apt-get', workingApt)
  const steps = [{ kind: 'advice' as const, text: 'log in again' }]
  const need: Need = {
    name: 'group',
    title: 'Group',
    why: 'to test',
    for: ['test'],
    find: async () => ({ ok: false, detail: 'not yet', steps }),
  }
  await t.rejects(setupOf(machine, null, [need, ...programNeeds(machine.host)]), {
    message: 'log in again',
    exitCode: 2,
  })
  t.strictSame(machine.calls(), [])
})

t.test('actions run in the order of the needs, after the packages', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('apt-get', workingApt)
  const done: string[] = []
  const action = (name: string): Need => ({
    name,
    title: name,
    why: 'to test',
    for: ['test'],
    find: async () => ({
      ok: false,
      detail: 'absent',
      steps: [
        {
          kind: 'action',
          title: name,
          command: name,
          needsRoot: false,
          run: async () => {
            done.push(`${name} after ${machine.calls().length}`)
          },
        },
      ],
    }),
  })
  await setupOf(machine, null, [action('first'), ...programNeeds(machine.host), action('second')])
  t.strictSame(done, ['first after 2', 'second after 2'])
})

t.test('needs of other purposes are left alone', async (t) => {
  const machine = createMachine(t)
  const needs = programNeeds(machine.host)
  t.strictSame(
    await setup({ host: machine.host, needs, for: 'run', confirm: null, progress: machine.progress, signal }),
    [],
  )
})

t.test('a program that may not be run is not there', async (t) => {
  const machine = createMachine(t)
  chmodSync(machine.addProgram('jq', ''), 0o644)
  const jq = programNeeds(machine.host).find(({ name }) => name === 'jq')
  t.match(await jq?.find(signal), { ok: false })
})
