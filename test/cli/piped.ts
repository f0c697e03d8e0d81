import { spawn } from 'node:child_process'
import { asUser, userEnvironment } from './environment.ts'
import { entry } from './tocsin.ts'

/** Runs a command of bash in which `"$ENTRY"` is the code that starts the command line. */
export async function piped(
  command: string,
  env: Record<string, string> = {},
  cwd = process.cwd(),
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(...asUser('bash', ['-c', command]), {
    cwd,
    env: userEnvironment({ ENTRY: entry, NO_COLOR: undefined, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, ...output }
}
