import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AptSource, type DebianMirrors, debianMirrors, parseDeb822, parseOneLine } from './apt-sources.ts'

/** How this host's apt reaches its packages, so that apt in a container can do the same. */
export interface HostApt {
  mirrors: DebianMirrors
  /** For everything; may hold a password, so it must not get into an image. */
  proxies: { http: string | null; https: string | null }
  /** Other settings of its transports, as lines of apt.conf. */
  settings: string
  /** The certificates that the host trusts, PEM; null when it has none. */
  certificates: Buffer | null
}

/** What `apt-config dump` says, in the parts that matter here. */
export interface AptConfig {
  proxies: { http: string | null; https: string | null }
  settings: string
  /** File of trusted certificates that apt was told to use. */
  certificateFile: string | null
}

const certificateBundle = '/etc/ssl/certs/ca-certificates.crt'

/** Reads the settings of apt on this host. On a host without apt, Debian's own servers and no proxy. */
export async function readHostApt(signal: AbortSignal): Promise<HostApt> {
  const [sources, config] = await Promise.all([readSources('/etc/apt'), readConfig(signal)])
  const certificates = await readFile(config.certificateFile ?? certificateBundle).catch(() => null)
  return { mirrors: debianMirrors(sources), proxies: config.proxies, settings: config.settings, certificates }
}

/** All sources under an apt folder: `sources.list` and `sources.list.d/*.{list,sources}`; mirror lists are looked into. */
export async function readSources(folder: string): Promise<AptSource[]> {
  const names = await readdir(join(folder, 'sources.list.d')).catch(() => [])
  names.sort((a, b) => (a < b ? -1 : 1))
  const paths = ['sources.list', ...names.map((name) => join('sources.list.d', name))]
  const parsed = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(join(folder, path), 'utf8').catch(() => '')
      return path.endsWith('.sources') ? parseDeb822(text) : path.endsWith('.list') ? parseOneLine(text) : []
    }),
  )
  return Promise.all(parsed.flat().map(resolveMirrorList))
}

/** Takes from `apt-config dump` what a container needs. */
export function parseAptConfig(dump: string): AptConfig {
  const proxies: AptConfig['proxies'] = { http: null, https: null }
  let certificateFile: string | null = null
  const settings: string[] = []
  for (const line of dump.split('\n')) {
    const match = /^(Acquire::[^ "]+) "(.*)";$/i.exec(line)
    const [, name = '', value = ''] = match ?? []
    const key = name.toLowerCase()
    if (value === '') continue
    if (key === 'acquire::http::proxy' || key === 'acquire::https::proxy') {
      if (value.toUpperCase() !== 'DIRECT') proxies[key === 'acquire::http::proxy' ? 'http' : 'https'] = value
    } else if (key === 'acquire::https::cainfo') {
      certificateFile = value
    } else if (wanted.test(key)) {
      settings.push(`${name} "${value}";`)
    }
  }
  return { proxies, settings: settings.map((line) => `${line}\n`).join(''), certificateFile }
}

/** Transports and validity; not what names files of this host (client certificates, proxy scripts). */
const wanted =
  /^acquire::(https?::(proxy::|timeout|dl-limit|pipeline-depth|no-cache|no-store|verify-)|retries|forceipv|check-|max-)/

async function readConfig(signal: AbortSignal): Promise<AptConfig> {
  try {
    const { stdout } = await promisify(execFile)('apt-config', ['dump'], { timeout: 10_000, signal })
    return parseAptConfig(stdout)
  } catch {
    signal.throwIfAborted()
    return parseAptConfig('')
  }
}

/** `mirror+file:/etc/apt/mirrors/debian.list`, as Debian's cloud images have it: the list's first server stands for it. */
async function resolveMirrorList(source: AptSource): Promise<AptSource> {
  const list = /^mirror\+file:(?:\/\/)?(\/\S+)$/.exec(source.uri)?.[1]
  if (list === undefined) return source
  const text = await readFile(list, 'utf8').catch(() => '')
  const first = text
    .split('\n')
    .map((line) => line.split(/\s/)[0] ?? '')
    .find((word) => /^https?:/.test(word))
  return { ...source, uri: first ?? source.uri }
}
