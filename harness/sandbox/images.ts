import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { actorContext } from '../../generators/image/context.ts'
import { SetupError } from '../errors.ts'
import { ensureBaseImage, hostBaseImage, proxyArguments } from './base-image.ts'
import { contextDigest, type ContextEntry, readContext, rebase } from './build-context.ts'
import { buildImage } from './build-image.ts'
import type { DockerEngine } from './engine.ts'
import { readHostApt } from './host-apt.ts'
import type { ImageRef } from './image-store.ts'

export type { ImageRef } from './image-store.ts'

/** The images that a sandbox and its sensors are made of. */
export interface Images {
  actor: ImageRef
  /** Suricata, tcpdump and the tools to plumb wires: sensor, tap and plumber run from it. */
  sensor: ImageRef
  /** auditd and laurel. */
  endpoint: ImageRef
  /** Programs for processes to perform with, their listener and their witness. */
  stage: ImageRef
}

export interface ImageProgress {
  image: 'base' | keyof Images
  /** One line of the engine's, or ours. */
  text: string
}

export interface EnsureOptions {
  /** The checkout. */
  root: string
  /** Where its compiled code is. */
  dist: string
  progress: (progress: ImageProgress) => void
  signal: AbortSignal
}

const sensorFiles = ['Dockerfile', 'suricata.yaml', 'enable.conf', 'prepare-rules.sh', 'start.sh']
const endpointFiles = [
  'Dockerfile',
  'auditd.conf',
  'laurel-plugin.conf',
  'laurel.toml',
  'audit.rules',
  'audit-state.sh',
  'start.sh',
  'restore.sh',
  'only.pl',
  'multicast.pl',
  'buffer.pl',
  'companion.bt',
  'companion.pl',
]
const stageFiles = ['Dockerfile', 'preload.c', 'lines.py', 'stage.py', 'listener.py', 'witness.py']
/** Older images of ours that are kept: whoever goes back and forth between versions builds once. */
const kept = 3

/** Which images the code of this checkout wants, whether or not they are there. */
export async function wantedImages(
  root: string,
  dist: string,
): Promise<Record<keyof Images, { name: string; context: ContextEntry[] }>> {
  const from = (folder: string, files: readonly string[]) =>
    files.map((path) => ({ path, source: join(root, folder, path) }))
  const sensorFolder = 'harness/sensors/suricata'
  const rules = (await readdir(join(root, sensorFolder, 'rules'))).filter((name) => name.endsWith('.rules'))
  const wanted = async (role: keyof Images, entries: Parameters<typeof readContext>[0]) => {
    const context = await readContext(entries)
    return { name: `tocsin/${role}:${contextDigest(context)}`, context }
  }
  const [actor, sensor, endpoint, stage] = await Promise.all([
    wanted('actor', actorContext(root, dist)),
    wanted('sensor', from(sensorFolder, [...sensorFiles, ...rules.map((name) => `rules/${name}`)])),
    wanted('endpoint', from('harness/sensors/endpoint', endpointFiles)),
    wanted('stage', from('generators/stage', stageFiles)),
  ])
  return { actor, sensor, endpoint, stage }
}

/**
 * Builds the images that are missing, all at once. The tag says what an image was built from, so one that is there is right.
 * @throws SetupError with the last lines of the build when one fails; the signal's reason.
 */
export async function ensureImages(engine: DockerEngine, options: EnsureOptions): Promise<Images> {
  const wanted = await wantedImages(options.root, options.dist)
  const roles = ['actor', 'sensor', 'endpoint', 'stage'] as const
  const present = await Promise.all(roles.map((role) => engine.images.find(wanted[role].name)))
  const missing = roles.filter((_, index) => present[index] === null)
  if (missing.length > 0) await buildAll(engine, wanted, missing, options)
  const [actor, sensor, endpoint, stage] = await Promise.all(roles.map((role) => found(engine, wanted[role].name)))
  return { actor, sensor, endpoint, stage } as Images
}

async function buildAll(
  engine: DockerEngine,
  wanted: Awaited<ReturnType<typeof wantedImages>>,
  missing: readonly (keyof Images)[],
  { progress, signal }: EnsureOptions,
): Promise<void> {
  const host = await readHostApt(signal)
  const base = { onText: (text: string) => progress({ image: 'base', text }), signal }
  await ensureBaseImage(engine, host, base)
  const from = await hostBaseImage(engine, host, base)
  const both = new AbortController()
  const builds = missing.map(async (role) => {
    const { name, context } = wanted[role]
    const task = {
      onText: (text: string) => progress({ image: role, text }),
      signal: AbortSignal.any([signal, both.signal]),
    }
    try {
      await buildImage(engine, { ...task, name, context: rebase(context, from), arguments: proxyArguments(host) })
    } catch (error) {
      // The other builds would only delay the message.
      both.abort(error)
      throw error
    }
    await prune(engine, name)
  })
  const settled = await Promise.allSettled(builds)
  signal.throwIfAborted()
  if (both.signal.aborted) throw both.signal.reason
  for (const one of settled) if (one.status === 'rejected') throw one.reason
}

async function prune(engine: DockerEngine, current: string): Promise<void> {
  const all = await engine.images.list(current.slice(0, current.lastIndexOf(':')))
  for (const { name } of all.filter((image) => image.name !== current).slice(kept)) await engine.images.remove(name)
}

async function found(engine: DockerEngine, name: string): Promise<ImageRef> {
  const image = await engine.images.find(name)
  if (!image) throw new SetupError(`image ${name} was built but is gone; was it removed meanwhile?`)
  return image
}
