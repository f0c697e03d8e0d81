import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** What the launcher could not do, in words for the user. Ends the process with 2. */
export class LaunchError extends Error {
  expected = true
}

/**
 * Runs a program with its output on our stderr, so that stdout carries results alone. Passes SIGINT and SIGTERM on, and
 * leaves by the same signal once the program has ended.
 * @param {readonly string[]} command program and arguments
 * @param {{ cwd: string, env: Readonly<Record<string, string | undefined>> }} options
 * @returns {Promise<number>} exit status
 * @throws {LaunchError} when the program cannot be started
 */
export function runChild([program = '', ...args], { cwd, env }) {
  return new Promise((resolve, reject) => {
    /** @type {NodeJS.Signals | null} */
    let asked = null
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      asked = signal
      child.kill(signal)
    }
    // Before the program starts: a signal in between would end this process alone.
    process.on('SIGINT', pass).on('SIGTERM', pass)
    const child = spawn(program, args, { cwd, env: { ...env }, stdio: ['ignore', 2, 2] })
    const settle = () => process.off('SIGINT', pass).off('SIGTERM', pass)
    child.once('error', (error) => {
      settle()
      reject(new LaunchError(`cannot run ${program}: ${error.message}`, { cause: error }))
    })
    child.once('exit', (status, signal) => {
      settle()
      if (asked) process.exit(asked === 'SIGINT' ? 130 : 128 + constants.signals[asked])
      resolve(status ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}
