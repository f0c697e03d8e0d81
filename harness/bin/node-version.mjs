const leastMajor = 20

/**
 * Says what is wrong with a Node version, in one sentence.
 * Imports nothing and uses old syntax, so that any Node that knows modules can run it.
 * @param {string} version as in `process.versions.node`
 * @returns {string | null} null when the version will do
 */
export function nodeProblem(version) {
  if (Number(version.split('.')[0]) >= leastMajor) return null
  return `tocsin: Node ${version} is too old; install Node ${leastMajor} or newer (https://nodejs.org) and start again.`
}
