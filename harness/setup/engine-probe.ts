import { readFileSync } from 'node:fs'
import { request, type RequestOptions } from 'node:http'
import { request as requestTls } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Host } from './host.ts'

/** What answers, or not, where a Docker engine is expected. */
export type EngineState =
  | { state: 'running'; version: string }
  /** The socket is there, and this user may not use it. */
  | { state: 'denied' }
  | { state: 'silent'; reason: string }

export interface EngineAddress {
  /** As a user would write it: `/var/run/docker.sock`, `tcp://10.0.0.2:2376`. */
  title: string
  /** Whether it is the usual socket of this machine, so that an engine may be started for it. */
  isOwn: boolean
  /** null: an address that Tocsin cannot speak to, `ssh://…`. */
  options: (RequestOptions & { tls?: boolean }) | null
}

/** Where the engine is: `DOCKER_HOST`, over TLS when `DOCKER_CERT_PATH` names certificates, else the system's socket. */
export function engineAddress(host: Pick<Host, 'env' | 'paths'>): EngineAddress {
  const named = host.env.DOCKER_HOST || `unix://${host.paths.engineSocket}`
  if (named.startsWith('unix://')) {
    const socketPath = named.slice('unix://'.length)
    return { title: socketPath, isOwn: socketPath === host.paths.engineSocket, options: { socketPath } }
  }
  if (!/^(tcp|https?):\/\//.test(named) || !URL.canParse(named)) return { title: named, isOwn: false, options: null }
  const { protocol, hostname, port } = new URL(named.replace(/^tcp:/, 'http:'))
  const tls = Boolean(host.env.DOCKER_CERT_PATH) || protocol === 'https:'
  return {
    title: named,
    isOwn: false,
    options: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || (tls ? 2376 : 2375),
      tls,
      ...certificates(host.env),
    },
  }
}

/** Asks an engine for its version. Answers within `timeoutMs`. */
export async function probeEngine(address: EngineAddress, signal: AbortSignal, timeoutMs = 3000): Promise<EngineState> {
  if (!address.options) return { state: 'silent', reason: 'an address that Tocsin cannot use' }
  const { tls, ...options } = address.options
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  try {
    const body = await new Promise<string>((resolve, reject) => {
      const ask = (tls ? requestTls : request)({ ...options, path: '/version', signal: deadline }, (response) => {
        if (response.statusCode === 200) text(response).then(resolve, reject)
        else reject(new Error(`HTTP status ${response.statusCode}`))
      })
      ask.once('error', reject).end()
    })
    return { state: 'running', version: String(JSON.parse(body).Version) }
  } catch (error) {
    signal.throwIfAborted()
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EACCES') return { state: 'denied' }
    if (deadline.aborted) return { state: 'silent', reason: `no answer in ${timeoutMs} ms` }
    return { state: 'silent', reason: code === 'ENOENT' ? 'no such socket' : (code ?? message) }
  }
}

function certificates(env: Host['env']): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const folder = env.DOCKER_CERT_PATH
  if (!folder) return {}
  const read = (name: string) => readFileSync(join(folder, name))
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') }
}
