import { chmodSync, mkdirSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { framesName, socketName } from '../../generators/agent/protocol.ts'
import { FrameFile } from './frame-file.ts'

/** Bytes: `sun_path` of `struct sockaddr_un` has 104 on macOS, 108 on Linux, and a zero at its end. */
const longestSocketPath = 103

/**
 * A folder that one actor's container sees: a file with frames, and a socket over which its agent speaks with us. The way through the
 * engine costs both processes between us half a millisecond of processor time for every question and answer.
 */
export class AgentChannel implements Disposable {
  readonly path: string
  readonly file: FrameFile
  /** The agent's connection. Stays pending where it cannot make one, say because the engine runs on another machine. */
  readonly connection: Promise<Socket>
  readonly #server: Server
  #socket: Socket | null = null

  /** Makes the folder in one of ours. As with the file, everybody may use the socket who sees it: the folder around is what protects it. */
  constructor(path: string) {
    this.path = path
    mkdirSync(path)
    chmodSync(path, 0o755)
    this.file = new FrameFile(join(path, framesName))
    const socketPath = join(path, socketName)
    this.#server = createServer().unref()
    this.#server.on('error', () => this.#server.close())
    this.connection = new Promise((resolve) => {
      this.#server.once('connection', (socket) => {
        this.#server.close()
        this.#socket = socket.unref()
        // It ends with the container, which says why.
        socket.on('error', () => undefined)
        resolve(socket)
      })
    })
    // A longer path would be cut without a word. The agent then goes the other way.
    if (Buffer.byteLength(socketPath) <= longestSocketPath)
      this.#server.listen({ path: socketPath, readableAll: true, writableAll: true })
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]()
    this.#server.close()
    this.#socket?.destroy()
  }
}
