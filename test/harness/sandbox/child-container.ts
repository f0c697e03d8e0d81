import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Container } from '../../../harness/sandbox/container.ts'
import { asUser } from '../../cli/environment.ts'

/** A process of this machine in the place of a container: the same streams, the same end. */
export function childContainer(program: string): Container {
  const child = spawn(...asUser(process.execPath, ['--input-type=module', '-e', program]), { stdio: 'pipe' })
  return {
    id: `process-${child.pid}`,
    name: 'child',
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended: once(child, 'exit').then(([code, signal]) => ({
      code: code as number | null,
      why: `exited with ${String(code ?? signal)}`,
    })),
    pid: async () => child.pid ?? 0,
    kill: async (signal) => void child.kill(signal as NodeJS.Signals),
    remove: async () => void child.kill('SIGKILL'),
  }
}
