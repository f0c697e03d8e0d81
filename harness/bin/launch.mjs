import { closeSync, existsSync, openSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildFingerprint, builtFingerprint, entry, removeOrphans, startBuild, finishBuild } from './build.mjs'
import { lockClone } from './lock.mjs'
import { missingPackage } from './packages.mjs'
import { LaunchError, runChild } from './run-child.mjs'

/** The clone that this launcher is part of. */
const ownRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Prepares the clone if need be, then runs the command line in this process, so that its signals and exit code are ours.
 * @param {string[]} argv what follows `tocsin`
 * @returns {Promise<number>} the exit code
 * @throws {LaunchError} when packages or the build cannot be had
 */
export async function launch(argv) {
  await prepare(ownRoot, process.env, (line) => process.stderr.write(`${line}\n`))
  const { main } = await import(pathToFileURL(join(ownRoot, entry)).href)
  return main(argv)
}

/**
 * Installs packages that are missing and builds what is stale. Does nothing, in some milliseconds, when all is fresh.
 * Two calls for one clone, in any processes, take turns.
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {(line: string) => void} say
 */
export async function prepare(root, env, say) {
  if (isPrepared(root)) return
  const descriptor = openSync(join(root, 'package.json'), 'r')
  try {
    await lockClone(descriptor, env, () => say('Another start is preparing this clone; waiting for it.'))
    // Whoever held the lock may have done all the work.
    const missing = missingPackage(root)
    if (missing) {
      say(`Installing npm packages as in package-lock.json (${missing}).`)
      await installPackages(root, env)
    }
    const fingerprint = buildFingerprint(root)
    if (builtFingerprint(root) !== fingerprint) {
      say('Building dist from the sources.')
      await build(root, env, fingerprint)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** @param {string} root */
function isPrepared(root) {
  return missingPackage(root) === null && builtFingerprint(root) === buildFingerprint(root)
}

/**
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} env
 */
async function installPackages(root, env) {
  // The npm that started us, else the one on the PATH. The compiler is a development package, whatever NODE_ENV says.
  const npmFile = env.npm_execpath
  const npm =
    npmFile && basename(npmFile) === 'npm-cli.js' && existsSync(npmFile) ? [process.execPath, npmFile] : ['npm']
  const command = [...npm, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', root]
  const status = await runChild(command, { cwd: root, env })
  if (status !== 0) throw new LaunchError(`npm ci failed with status ${status}; its message is above. To retry: npm ci`)
}

/**
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} fingerprint
 */
async function build(root, env, fingerprint) {
  startBuild(root)
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  // Types are checked by whoever changes the sources; leaving it out halves the time.
  const command = [process.execPath, compiler, '--project', root, '--noCheck']
  const status = await runChild(command, { cwd: root, env })
  if (status !== 0) throw new LaunchError('the build failed; the compiler says why above. To retry: npm run build')
  removeOrphans(root)
  finishBuild(root, fingerprint)
}
