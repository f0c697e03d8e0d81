import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Waits until no other test has the kernel's audit to itself; there is one for the whole machine. Files that say what it must
 * be like, or disturb it, take it for as long as they run.
 */
export function audit(): Disposable {
  const lock = openSync(join(tmpdir(), 'tocsin-test-audit.lock'), 'w')
  // The lock belongs to the open file, so that the program may take it for us and leave.
  const { status } = spawnSync('flock', ['3'], { stdio: ['ignore', 'ignore', 'ignore', lock] })
  if (status !== 0) throw new Error('flock could not take the lock')
  return { [Symbol.dispose]: () => closeSync(lock) }
}
