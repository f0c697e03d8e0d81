import { missingPackage } from '../bin/packages.mjs'
import { nodeProblem } from '../bin/node-version.mjs'
import { chromiumNeed } from './chromium.ts'
import { engineNeed } from './engine-need.ts'
import type { Host } from './host.ts'
import { auditNeed, bpfNeed, debstrapNeed, type Images, imagesNeed } from './images-need.ts'
import { found, type Need, purposes } from './need.ts'
import { programNeeds } from './program-needs.ts'

/** Everything that Tocsin needs, in the order in which it is got: what comes later may need what comes before. */
export function allNeeds(host: Host, root: string, images: Images): Need[] {
  return [
    nodeNeed,
    packagesNeed(root),
    engineNeed(host),
    debstrapNeed(host, images),
    imagesNeed(host, images),
    auditNeed(host, images),
    bpfNeed(host, images),
    chromiumNeed(host, root),
    ...programNeeds(host),
  ]
}

const nodeNeed: Need = {
  name: 'node',
  title: 'Node.js',
  why: 'runs Tocsin',
  for: purposes,
  find: async () => {
    const problem = nodeProblem(process.versions.node)
    if (!problem) return found(`${process.versions.node} at ${process.execPath}`)
    return { ok: false, detail: process.versions.node, steps: [{ kind: 'advice', text: problem }] }
  },
}

/** The launcher installs them before anything else, so this only tells what it found. */
function packagesNeed(root: string): Need {
  return {
    name: 'packages',
    title: 'npm packages',
    why: 'libraries and the compiler',
    for: purposes,
    find: async () => {
      const missing = missingPackage(root)
      if (!missing) return found('as in package-lock.json')
      return { ok: false, detail: missing, steps: [{ kind: 'advice', text: `npm ci in ${root}` }] }
    },
  }
}
