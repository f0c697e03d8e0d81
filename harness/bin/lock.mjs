import { spawn } from 'node:child_process'

/**
 * Takes an exclusive lock on an open file; closing the file, or the end of the process however it comes, releases it.
 * The lock belongs to the open file, so the `flock` program may take it for us and leave. Where there is no such program
 * (not on Linux) there is no lock.
 * @param {number} descriptor
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {() => void} onWait called when somebody else holds it
 */
export async function lockClone(descriptor, env, onWait) {
  const heldByAnother = 1
  if ((await flock(['--nonblock', '3'], descriptor, env)) !== heldByAnother) return
  onWait()
  await flock(['3'], descriptor, env)
}

/**
 * @param {readonly string[]} args
 * @param {number} descriptor
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Promise<number | null>} exit status, null when it could not run
 */
function flock(args, descriptor, env) {
  return new Promise((resolve) => {
    const child = spawn('flock', args, { env: { ...env }, stdio: ['ignore', 'ignore', 'ignore', descriptor] })
    child.once('error', () => resolve(null))
    child.once('exit', resolve)
  })
}
