import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTail, type Tail, type TailOptions } from '../../../harness/monitors/tail.ts'

/** A tail of a file in a directory of its own, with its lines handed out one at a time. */
export interface FollowedFile extends AsyncDisposable {
  directory: string
  path: string
  tail: Tail
  problems: string[]
  abort: AbortController
  /** The next `count` lines; fails with what came instead when the tail ends before. */
  take(count: number): Promise<string[]>
  /** All lines until the tail ends by itself. */
  drain(): Promise<string[]>
}

export async function temporaryDirectory(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tocsin-tail-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export async function followFile(
  prepare: (path: string) => Promise<void> | void,
  options: Partial<TailOptions> = {},
): Promise<FollowedFile> {
  const directory = await temporaryDirectory()
  const path = join(directory.path, 'eve.json')
  await prepare(path)
  const abort = new AbortController()
  const problems: string[] = []
  const report = (problem: string) => problems.push(problem)
  const tail = await openTail({ path, from: 'end', signal: abort.signal, report, ...options })
  const lines = flatten(tail.lines())
  return {
    directory: directory.path,
    path,
    tail,
    problems,
    abort,
    async take(count) {
      const taken: string[] = []
      while (taken.length < count) {
        const next = await lines.next()
        if (next.done) throw new Error(`the tail ended after ${JSON.stringify(taken)}`)
        taken.push(next.value)
      }
      return taken
    },
    async drain() {
      const rest: string[] = []
      for await (const line of lines) rest.push(line)
      return rest
    },
    async [Symbol.asyncDispose]() {
      await tail[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    },
  }
}

async function* flatten(batches: AsyncIterable<string[]>): AsyncGenerator<string, undefined> {
  for await (const batch of batches) yield* batch
  return undefined
}
