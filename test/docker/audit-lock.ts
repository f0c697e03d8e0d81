import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Waits for the kernel's audit, of which there is one for the whole machine, and keeps it until disposed of.
 * @param use `alone` by files that say what it must be like, or disturb it; `shared` by those whose campaigns only watch processes
 */
export function audit(use: 'alone' | 'shared'): Disposable {
  const lock = openSync(join(tmpdir(), 'tocsin-test-audit.lock'), 'w')
  // The lock belongs to the open file, so that the program may take it for us and leave.
  const kind = use === 'alone' ? '--exclusive' : '--shared'
  const { status } = spawnSync('flock', [kind, '3'], { stdio: ['ignore', 'ignore', 'ignore', lock] })
  if (status !== 0) throw new Error('flock could not take the lock')
  return { [Symbol.dispose]: () => closeSync(lock) }
}
