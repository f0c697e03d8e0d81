import type { z } from 'zod'
import { namesOf, resolveNames } from '../conversation/names.ts'
import { GeneratorError } from '../errors.ts'
import { defineProcessGenerator } from '../generator.ts'
import type { Identity } from '../identity.ts'
import { processParameters } from './parameters.ts'
import type { Listener, Performance, PreparedFile } from './performance.ts'

/** A program on the stage, with what it needs and what it talks to. */
export const processGenerator = defineProcessGenerator({
  name: 'process',
  title: 'A program that talks to a listener, with the files it needs',
  parameters: processParameters,
  performance: (given, identity) => performanceOf(given, identity),
})

function performanceOf(given: z.output<typeof processParameters>, identity: Identity): Performance {
  const folder = `/stage/${identity.marker}`
  const port = listenerPort(given, identity)
  const names = { ...namesOf(identity), folder, 'listener.port': port }
  // A name alone becomes a number; programs take text.
  const filled = resolveNames(given, names, '') as typeof given
  const { run, listener } = filled
  if (listener === undefined && run.stdin === undefined) {
    throw new GeneratorError(
      'run.stdin',
      'a program without a listener must wait on its stdin, for the witness to look',
    )
  }
  return {
    folder,
    files: filled.files.map(prepared),
    run: {
      program: String(run.program),
      argv: [run.name ?? run.program, ...run.arguments].map(String),
      environment: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: folder,
        LANG: 'C.UTF-8',
        TOCSIN_MARKER: identity.marker,
        ...mapValues(run.environment, String),
      },
      directory: String(run.directory),
      stdin: run.stdin === undefined ? 'null' : 'held',
      input: String(run.stdin?.input ?? ''),
      capabilities: run.capabilities,
      removeAfterStart: run.removeAfterStart.map(String),
    },
    listener: listener === undefined ? null : listenerOf(listener, port),
    leftovers: filled.leftovers.map(String),
    limitMs: given.limit * 1000,
  }
}

const usualPorts: Record<string, number> = { dns: 53, http: 80 }
/** RFC 9112 §2.1: what an HTTP server waits for, and a whole answer. */
const http = {
  protocol: 'tcp' as const,
  waits: '\r\n\r\n',
  reply: 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n',
}

function listenerOf(
  { protocol, reply, waits }: NonNullable<z.output<typeof processParameters>['listener']>,
  port: number,
): Listener {
  if (protocol === 'http') return { ...http, port }
  return { protocol, port, reply: String(reply), waits: String(waits) }
}

function listenerPort({ listener }: z.output<typeof processParameters>, identity: Identity): number {
  if (listener === undefined || listener.protocol === 'icmp') return 0
  if (listener.port === undefined) return usualPorts[listener.protocol] ?? identity.server.port
  const port = Number(resolveNames(listener.port, namesOf(identity), 'listener.port'))
  if (!Number.isInteger(port)) throw new GeneratorError('listener.port', 'is no port')
  return port
}

function prepared({
  path,
  mode,
  content,
  copy,
  link,
}: z.output<typeof processParameters>['files'][number]): PreparedFile {
  const where = { path: String(path), mode: Number.parseInt(mode, 8) }
  if (copy !== undefined) return { ...where, copy: String(copy) }
  if (link !== undefined) return { ...where, link: String(link) }
  return { ...where, content: String(content) }
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
