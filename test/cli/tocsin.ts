import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asUser, userEnvironment } from './environment.ts'

/** The checkout that this compiled file belongs to. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
/** Code of a module that starts the command line with what follows `--`. */
export const entry = `import { main } from ${JSON.stringify(join(root, 'dist/harness/cli/main.js'))}
process.exitCode = await main(process.argv.slice(1))`

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** The command line in a process of its own, as a user starts it. */
export class Tocsin {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  #stdout = ''
  #stderr = ''
  #onOutput = new Set<() => void>()

  constructor(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
    this.child = spawn(...asUser(process.execPath, ['--input-type=module', '--eval', entry, '--', ...args]), {
      cwd: options.cwd ?? root,
      env: userEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      for (const check of this.#onOutput) check()
    })
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject)
      this.child.once('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }))
    })
  }

  /** Waits until standard error holds what the pattern says. @throws when the process ends before. */
  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!pattern.test(this.#stderr)) return
        this.#onOutput.delete(check)
        resolve()
      }
      this.#onOutput.add(check)
      check()
      void this.ended.then(({ code, stderr }) => reject(new Error(`ended with ${code} before ${pattern}:\n${stderr}`)))
    })
  }
}

/** Runs a command to its end. */
export function tocsin(
  args: readonly string[],
  options?: { cwd?: string; env?: Record<string, string> },
): Promise<Ended> {
  return new Tocsin(args, options).ended
}
