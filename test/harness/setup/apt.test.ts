import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { aptSize, installPackages } from '../../../harness/setup/apt.ts'
import { createMachine, workingApt } from './machine.ts'

t.test('waits while another package manager holds the lists', async (t) => {
  const machine = createMachine(t)
  machine.addProgram(
    'apt-get',
    `case "$*" in *update*)
       echo try >> "$FOLDER/tries"
       if [ "$(/usr/bin/wc -l < "$FOLDER/tries")" -lt 3 ]; then
         echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 12 (apt-get)" >&2; exit 100
       fi;;
     esac\n${workingApt}`,
  )
  await installPackages(machine.host, ['jq'], machine.progress, 1)
  t.equal(machine.said.filter((line) => line.startsWith('Another package manager')).length, 1)
  t.equal(machine.calls().length, 2)
})

t.test('keeps everything that apt-get said in a log, in order', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('apt-get', 'for i in 1 2 3 4 5; do echo "$1 out $i"; echo "$1 err $i" >&2; done')
  await installPackages(machine.host, ['jq'], machine.progress)
  const log = readFileSync(join(machine.folder, 'log', 'apt.log'), 'utf8')
  t.equal(log.trimEnd().split('\n').length, 20)
  t.match(log, /out 1\n(.*\n)*.*out 5\n/)
})

t.test('tells no size when the lists are empty', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('apt-get', 'echo "E: Unable to locate package jq" >&2; exit 100')
  t.equal(await aptSize(machine.host, ['jq']), null)
})
