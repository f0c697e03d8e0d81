import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */

/**
 * Compares what npm noted in node_modules with the lock file. Optional packages may be absent: most are for other systems.
 * @param {string} root
 * @returns {string | null} why packages must be installed, null when they fit
 */
export function missingPackage(root) {
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {}
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'))
  if (!present) return 'none are there'
  for (const [path, locked] of Object.entries(wanted)) {
    const installed = present[path]
    if (path === '' || (!installed && locked.optional)) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    if (!installed) return `${name} is missing`
    if (installed.version !== locked.version || installed.integrity !== locked.integrity)
      return `${name} is ${installed.version} instead of ${locked.version}`
  }
  return null
}

/**
 * @param {string} file a lock file; npm writes the one in node_modules last, so an interrupted install leaves none
 * @returns {Record<string, LockedPackage> | null}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return null
  }
}
