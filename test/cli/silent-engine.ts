import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where an engine would be: it counts who knocks, and answers nobody. */
export interface SilentEngine extends AsyncDisposable {
  env: { DOCKER_HOST: string }
  /** Connections so far. */
  knocks: () => number
}

/** Listens on a socket of its own, so that a test can tell whether a command has tried to start something. */
export async function silentEngine(): Promise<SilentEngine> {
  // A socket's path must be short, and those of test folders are not.
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-engine-'))
  const path = join(folder, 'engine.sock')
  const sockets = new Set<Socket>()
  let knocks = 0
  const server = createServer((socket) => {
    knocks += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.end()
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    env: { DOCKER_HOST: `unix://${path}` },
    knocks: () => knocks,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}
