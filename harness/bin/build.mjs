import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The compiled command line, relative to the clone. */
export const entry = join('dist', 'harness', 'cli', 'main.js')

const stamp = join('dist', '.built-from')
const buildInfo = join('dist', '.tsbuildinfo')
const source = /\.(ts|mts|mjs|js)$/
const compiled = /\.(js|mjs)(\.map)?$/

/**
 * What dist would be built from: path, size and time of every source and of the files that steer the compiler.
 * Any change gives another value; contents are not read, for speed.
 * @param {string} root
 * @returns {string}
 */
export function buildFingerprint(root) {
  const hash = createHash('sha256')
  const steering = ['tsconfig.json', 'package-lock.json']
  const sources = sourceFolders(root).flatMap((folder) => filesBelow(root, folder).filter((path) => source.test(path)))
  for (const path of [...steering, ...sources.sort()]) {
    const { size, mtimeMs } = statSync(join(root, path))
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/**
 * @param {string} root
 * @returns {string | null} fingerprint of what dist was built from, null when dist is absent or half built
 */
export function builtFingerprint(root) {
  if (!existsSync(join(root, entry)) || !existsSync(join(root, stamp))) return null
  return readFileSync(join(root, stamp), 'utf8')
}

/**
 * Marks dist as half built. The compiler writes only what has changed since its notes, so these go when files are gone.
 * @param {string} root
 */
export function startBuild(root) {
  mkdirSync(join(root, 'dist'), { recursive: true })
  rmSync(join(root, stamp), { force: true })
  if (!existsSync(join(root, entry))) rmSync(join(root, buildInfo), { force: true })
}

/**
 * Marks dist as built.
 * @param {string} root
 * @param {string} fingerprint as taken before the compiler read the sources
 */
export function finishBuild(root, fingerprint) {
  writeFileSync(join(root, stamp), fingerprint)
}

/**
 * Removes compiled files whose source is gone; a deleted test would still run otherwise.
 * @param {string} root
 */
export function removeOrphans(root) {
  for (const folder of sourceFolders(root))
    for (const path of filesBelow(join(root, 'dist'), folder)) {
      const from = path.replace(/\.map$/, '')
      const sources = [from, from.replace(/js$/, 'ts')]
      if (compiled.test(path) && !sources.some((candidate) => existsSync(join(root, candidate))))
        rmSync(join(root, 'dist', path))
    }
}

/**
 * @param {string} root
 * @returns {string[]} the folders that tsconfig.json includes
 */
function sourceFolders(root) {
  return JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).include
}

/**
 * @param {string} root
 * @param {string} folder relative to root
 * @returns {string[]} paths relative to root; none when there is no such folder
 */
function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((item) => {
    const path = join(folder, item.name)
    return item.isDirectory() ? filesBelow(root, path) : [path]
  })
}
