import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { SetupError } from '../errors.ts'
import { baseImage, contextDigest, type ContextEntry } from './build-context.ts'
import { buildImage } from './build-image.ts'
import type { DockerEngine } from './engine.ts'
import { reason } from './engine-error.ts'
import type { HostApt } from './host-apt.ts'
import { Tail } from './tail.ts'

interface Making {
  onText: (text: string) => void
  signal: AbortSignal
  /** Longest silence of a registry before it counts as one that does not answer, milliseconds; 10000 when absent. */
  patience?: number
  /** Where mmdebstrap is; looked for in the usual folders when absent. */
  mmdebstrap?: string
}

const install = 'apt-get install -y mmdebstrap debian-archive-keyring'

/**
 * Sees to it that the engine has the base image: it is there, or a registry has it, or it is made of Debian's packages.
 * @throws SetupError when none of these works, with what to do.
 */
export async function ensureBaseImage(engine: DockerEngine, host: HostApt, making: Making): Promise<void> {
  if (await engine.images.find(baseImage)) return
  const noPull = await pull(engine, making)
  if (noPull === null) return
  making.onText(`no registry has it (${noPull}); making ${baseImage} of Debian's packages with mmdebstrap`)
  await bootstrap(engine, host, noPull, making)
}

/**
 * The base image with the apt settings of this host on it, for builds: same mirrors, certificates and options. Proxies
 * that may carry a password are no part of it; they are build arguments.
 * @throws SetupError when it cannot be built.
 */
export async function hostBaseImage(engine: DockerEngine, host: HostApt, making: Making): Promise<string> {
  const base = await engine.images.find(baseImage)
  const entries = hostContext(host)
  const identity: ContextEntry = { path: 'base', content: Buffer.from(base?.digest ?? '') }
  const name = `tocsin/base:${contextDigest([...entries, identity])}`
  if (!(await engine.images.find(name))) {
    await buildImage(engine, { ...making, name, context: entries, arguments: {} })
  }
  return name
}

/** Build arguments that Docker passes to every command and keeps out of the image and its history. */
export function proxyArguments({ proxies }: HostApt): Record<string, string> {
  return {
    ...(proxies.http === null ? {} : { http_proxy: proxies.http }),
    ...(proxies.https === null ? {} : { https_proxy: proxies.https }),
  }
}

/** Asks the registries for the base image. False when none gives it; the signal's reason when it fires. */
export async function pullBaseImage(engine: DockerEngine, making: Making): Promise<boolean> {
  return (await pull(engine, making)) === null
}

/** Null when it worked, else why not. */
async function pull(engine: DockerEngine, { onText, signal, patience = 10_000 }: Making): Promise<string | null> {
  const silence = new AbortController()
  const late = () => silence.abort(new Error(`no registry answered within ${patience / 1000} s`))
  let timer = setTimeout(late, patience)
  const heard = (text: string) => {
    clearTimeout(timer)
    timer = setTimeout(late, patience)
    onText(text)
  }
  try {
    await engine.images.pull(baseImage, { onText: heard, signal: AbortSignal.any([signal, silence.signal]) })
    return null
  } catch (error) {
    signal.throwIfAborted()
    return reason(error)
  } finally {
    clearTimeout(timer)
  }
}

async function bootstrap(
  engine: DockerEngine,
  host: HostApt,
  noPull: string,
  { onText, signal, mmdebstrap = 'mmdebstrap' }: Making,
): Promise<void> {
  const { http, https } = host.proxies
  const command = ['--variant=minbase', '--include=ca-certificates', 'trixie', '-', host.mirrors.archive]
  const child = spawn(mmdebstrap, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...(http === null ? {} : { http_proxy: http }),
      ...(https === null ? {} : { https_proxy: https }),
    },
    signal,
  })
  const said = new Tail(child.stderr, { onLine: onText })
  const ended = new Promise<number | Error>((resolve) => {
    child.once('error', resolve)
    child.once('close', (code) => resolve(code ?? 1))
  })
  // An import of what a failed mmdebstrap has written so far must not become the image: the name is given at the end.
  const parts: Buffer[] = []
  for await (const part of child.stdout) parts.push(part as Buffer)
  const outcome = await ended
  signal.throwIfAborted()
  if (outcome instanceof Error && (outcome as NodeJS.ErrnoException).code === 'ENOENT') {
    throw new SetupError(
      `image ${baseImage} is not on the engine and could not be pulled (${noPull}). To make it of Debian's packages: ${install}`,
    )
  }
  if (outcome !== 0) {
    await said.ended
    const why = outcome instanceof Error ? outcome.message : `exit status ${outcome}`
    throw new SetupError(`mmdebstrap ${command.join(' ')} failed (${why}):\n${said.text()}`)
  }
  onText(`importing ${baseImage}`)
  await engine.images.import(baseImage, Readable.from(parts), { onText, signal })
}

function hostContext(host: HostApt): ContextEntry[] {
  const { archive, updates, security } = host.mirrors
  const sources = [
    `Types: deb\nURIs: ${archive}\nSuites: trixie${updates ? ' trixie-updates' : ''}\nComponents: main\n`,
    ...(security === null ? [] : [`Types: deb\nURIs: ${security}\nSuites: trixie-security\nComponents: main\n`]),
  ].map((stanza) => `${stanza}Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`)
  const trust = host.certificates === null ? '' : 'Acquire::https::CaInfo "/etc/apt/tocsin-host.crt";\n'
  const lines = [
    `FROM ${baseImage}`,
    'RUN rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*',
    'COPY host.sources /etc/apt/sources.list.d/host.sources',
    'COPY host.conf /etc/apt/apt.conf.d/99tocsin-host',
    ...(host.certificates === null ? [] : ['COPY host.crt /etc/apt/tocsin-host.crt']),
  ]
  return [
    { path: 'Dockerfile', content: Buffer.from(`${lines.join('\n')}\n`) },
    { path: 'host.conf', content: Buffer.from(`${host.settings}${trust}`) },
    { path: 'host.sources', content: Buffer.from(sources.join('\n')) },
    ...(host.certificates === null ? [] : [{ path: 'host.crt', content: host.certificates }]),
  ]
}
