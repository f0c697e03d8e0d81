import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WriteStream } from 'node:tty'
import { CommanderError } from 'commander'
import { TocsinError } from '../errors.ts'
import type { Context, Terminal } from './context.ts'
import { buildProgram } from './program.ts'

/**
 * Runs the command line.
 * @returns the exit code: 0 all expectations met, 1 gaps, 2 bad input or usage, 3 could not decide, 130 interrupted.
 */
export async function main(argv: string[]): Promise<number> {
  const interrupt = new AbortController()
  const onSignal = () => {
    if (interrupt.signal.aborted) process.exit(130)
    process.stderr.write('\nInterrupted: cleaning up. Press Ctrl-C again to leave at once (then run: tocsin sweep).\n')
    interrupt.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const context = createContext(interrupt.signal)
  try {
    return await buildProgram(context, argv)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (interrupt.signal.aborted) return 130
    if (error instanceof TocsinError) {
      context.log(`tocsin: ${error.message}\n`)
      return error.exitCode
    }
    context.log(`tocsin: unexpected error, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`)
    return 3
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function createContext(signal: AbortSignal): Context {
  const root = findRoot(dirname(fileURLToPath(import.meta.url)))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return {
    root,
    dist: join(root, 'dist'),
    cwd: process.cwd(),
    env: process.env,
    signal,
    out: (text) => process.stdout.write(text),
    log: (text) => process.stderr.write(text),
    stdout: terminal(process.stdout),
    stderr: terminal(process.stderr),
    version,
  }
}

/** Compiled code lies in `<root>/dist/harness/cli`. */
function findRoot(from: string): string {
  return join(from, '..', '..', '..')
}

function terminal(stream: WriteStream & { fd: 1 | 2 }): Terminal {
  const isTerminal = stream.isTTY === true
  return {
    isTerminal,
    columns: stream.columns ?? 80,
    // https://no-color.org
    colour: isTerminal && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  }
}
