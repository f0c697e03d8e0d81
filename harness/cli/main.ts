import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { WriteStream } from 'node:tty'
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import { TocsinError } from '../errors.ts'
import type { Context, Terminal } from './context.ts'
import { runProgram } from './program.ts'
import { Screen } from './screen.ts'

/**
 * Runs the command line.
 * @returns the exit code: 0 all expectations met, 1 gaps, 2 bad input or usage, 3 could not decide, 130 interrupted.
 */
export async function main(argv: string[]): Promise<number> {
  const interrupt = new AbortController()
  const context = createContext(argv, interrupt.signal)
  const onSignal = () => {
    if (interrupt.signal.aborted) process.exit(130)
    context.log('Interrupted: cleaning up. Once more ends it at once and leaves the rest to tocsin sweep.\n')
    interrupt.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    return await runProgram(context, argv)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (interrupt.signal.aborted) return 130
    if (error instanceof TocsinError) {
      context.log(`tocsin: ${error.message}\n`)
      return error.exitCode
    }
    context.log(
      `tocsin: unexpected error, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`,
    )
    return 3
  } finally {
    context.show([])
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function createContext(argv: readonly string[], signal: AbortSignal): Context {
  const root = findRoot(dirname(fileURLToPath(import.meta.url)))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const stderr = terminal(process.stderr)
  const screen = new Screen(writer(process.stderr), stderr)
  return {
    root,
    dist: join(root, 'dist'),
    cwd: process.cwd(),
    env: process.env,
    argv,
    signal,
    out: writer(process.stdout),
    log: screen.log,
    show: screen.show,
    stdout: terminal(process.stdout),
    stderr,
    version,
  }
}

/** Compiled code lies in `<root>/dist/harness/cli`. */
function findRoot(from: string): string {
  return join(from, '..', '..', '..')
}

/** A reader that has seen enough (`| head`) is no error, and no reason to leave a campaign half cleaned up. */
function writer(stream: WriteStream & { fd: 1 | 2 }): (text: string | Uint8Array) => void {
  let isGone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    isGone = true
  })
  return (text) => {
    if (!isGone) stream.write(text)
  }
}

function terminal(stream: WriteStream & { fd: 1 | 2 }): Terminal {
  const isTerminal = stream.isTTY === true
  return {
    isTerminal,
    get columns() {
      return stream.columns ?? 80
    },
    // https://no-color.org
    colour: isTerminal && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  }
}
