import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** One file of an image's build context. */
export interface ContextFile {
  /** Where it goes in the context, with `/`. */
  path: string
  /** Where it is on this machine. */
  source: string
}

const agentFiles = [
  'agent/agent.js',
  'agent/channel.js',
  'agent/frame-file.js',
  'agent/interface.js',
  'agent/lines.js',
  'agent/protocol.js',
  'agent/serve.js',
  'wires/batch.js',
  'wires/frame-wire.js',
  'wires/ip-wire.js',
  'wires/libc.js',
  'wires/wire.js',
  'wires/xdp-mapping.js',
  'wires/xdp-ring.js',
]
const koffiFiles = [
  'package.json',
  'index.js',
  'index.cjs',
  'src/koffi/index.js',
  'src/koffi/index.cjs',
  'src/koffi/src/static.js',
  'src/koffi/src/static.cjs',
]
const koffiBinaries = { x64: 'linux_x64', arm64: 'linux_arm64' }
const rawSocketFiles = ['package.json', 'index.js', 'src/raw.cc', 'src/raw.h']

/**
 * The files that the actor image is built from, in the order of the context: Dockerfile, sources of raw-socket and nan,
 * koffi's run-time files with the binaries that are installed here (Linux on x64 and arm64), and the compiled agent.
 * @param root the checkout, with `node_modules`
 * @param dist what `tsc` made of it
 * @throws Error when koffi's binary for Linux is not installed or the agent is not compiled
 */
export function actorContext(root: string, dist: string): ContextFile[] {
  const modules = join(root, 'node_modules')
  const nanHeaders = readdirSync(join(modules, 'nan'))
    .filter((file) => file.endsWith('.h'))
    .sort()
  const files = [
    { path: 'Dockerfile', source: join(root, 'generators/image/Dockerfile') },
    ...listed('raw-socket', join(modules, 'raw-socket'), rawSocketFiles),
    ...listed('nan', join(modules, 'nan'), nanHeaders),
    ...listed('node_modules/koffi', join(modules, 'koffi'), koffiFiles),
    ...koffiBinariesIn(modules),
    ...listed('generators', join(dist, 'generators'), agentFiles),
  ]
  const missing = files.find(({ source }) => !existsSync(source))
  if (missing)
    throw new Error(`${missing.source} is missing, which the actor image is built from; install and compile first`)
  return files
}

function koffiBinariesIn(modules: string): ContextFile[] {
  const files = Object.entries(koffiBinaries).flatMap(([arch, folder]) => {
    const name = `@koromix/koffi-linux-${arch}`
    if (!existsSync(join(modules, name))) return []
    return listed(`node_modules/${name}`, join(modules, name), ['package.json', 'index.js', `${folder}/koffi.node`])
  })
  if (files.length === 0) {
    throw new Error(`${join(modules, '@koromix')} has no koffi-linux-x64 or koffi-linux-arm64; run npm ci on Linux`)
  }
  return files
}

function listed(path: string, source: string, names: readonly string[]): ContextFile[] {
  return names.map((name) => ({ path: `${path}/${name}`, source: join(source, name) }))
}
