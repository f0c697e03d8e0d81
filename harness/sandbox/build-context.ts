import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pack } from 'tar-stream'

/** One file of a build context, in memory. */
export interface ContextEntry {
  /** With `/`, relative to the context. */
  path: string
  content: Buffer
}

/** The image that everything of ours is built upon. */
export const baseImage = 'debian:trixie-slim'

/** Reads a build context from disk, sorted by path. */
export async function readContext(files: readonly { path: string; source: string }[]): Promise<ContextEntry[]> {
  const entries = await Promise.all(files.map(async ({ path, source }) => ({ path, content: await readFile(source) })))
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** SHA-256 of paths and contents, its first 12 hex digits: the tag under which the image is kept. */
export function contextDigest(entries: readonly ContextEntry[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of entries) hash.update(`${path}\0${content.length}\0`).update(content)
  return hash.digest('hex').slice(0, 12)
}

/** The same context with `FROM debian:trixie-slim` put upon another image. */
export function rebase(entries: readonly ContextEntry[], base: string): ContextEntry[] {
  return entries.map((entry) => {
    if (entry.path !== 'Dockerfile') return entry
    const text = entry.content.toString('utf8').replaceAll(`FROM ${baseImage}`, `FROM ${base}`)
    return { ...entry, content: Buffer.from(text) }
  })
}

/** The context as the engine takes it. Times and owners are fixed, so that the engine's layer cache holds. */
export function tarContext(entries: readonly ContextEntry[]): Readable {
  const tar = pack()
  for (const { path, content } of entries) {
    tar.entry({ name: path, mode: path.endsWith('.sh') ? 0o755 : 0o644, mtime: new Date(0) }, content)
  }
  tar.finalize()
  return tar as unknown as Readable
}
