import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lockClone } from '../../../harness/bin/lock.mjs'

t.test('a lock that a killed process held is free again', async (t) => {
  const file = join(t.testdir({ file: '' }), 'file')
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  await once(holder.stdout, 'data')
  const descriptor = openSync(file, 'r')
  let waits = 0
  await lockClone(descriptor, process.env, () => {
    waits += 1
    process.kill(-(holder.pid as number), 'SIGKILL')
  })
  t.equal(waits, 1)

  const other = openSync(file, 'r')
  let isOtherHeldUp = false
  const second = lockClone(other, process.env, () => {
    isOtherHeldUp = true
    closeSync(descriptor)
  })
  await second
  t.ok(isOtherHeldUp, 'the lock outlives the program that took it')
  closeSync(other)
})

t.test('where there is no flock, there is no lock', async (t) => {
  const descriptor = openSync(join(t.testdir({ file: '' }), 'file'), 'r')
  await lockClone(descriptor, { PATH: '/nowhere' }, () => t.fail('waited'))
  closeSync(descriptor)
})
