import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { openFrameWire } from '../wires/frame-wire.ts'
import { openIpWire } from '../wires/ip-wire.ts'
import { openFrameFile } from './frame-file.ts'
import { readInterface } from './interface.ts'
import { encodeMessage, frameFileScratch, framesName, socketName } from './protocol.ts'
import { serve } from './serve.ts'

/**
 * The actor container's one process: `node agent.js [interface [folder]]`. It opens both wires and what the folder holds, the file that
 * requests may leave their frames in and the socket to the harness, says `ready` and serves the socket; without one, stdin.
 * Exit status: 0 when its input has ended or on SIGTERM, 1 with a line on stderr when it cannot work.
 */
async function main(): Promise<void> {
  const facts = readInterface(process.argv[2])
  const folder = process.argv[3]
  const file = folder === undefined ? null : openFrameFile(join(folder, framesName))
  const shared = file === null ? {} : { memory: file.memory, scratch: frameFileScratch }
  const wires = { frame: openFrameWire(facts.index, { mtu: facts.mtu, ...shared }), ip: await openIpWire() }
  const socket = folder === undefined ? null : await connected(join(folder, socketName))
  const [input, output] = socket === null ? [process.stdin, process.stdout] : [socket, socket]
  output.on('error', die)
  output.write(encodeMessage({ type: 'ready', interface: facts, frameFile: file !== null }))
  await serve(input, output, wires, file)
  wires.frame.close()
  wires.ip.close()
  file?.close()
}

/** Null when nobody listens there, say because the engine runs on another machine. */
function connected(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path, () => resolve(socket))
    socket.once('error', () => resolve(null))
  })
}

function die(error: unknown): never {
  process.stderr.write(`agent: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

// As the container's first process it has no default action for the signal, and stopping would take ten seconds.
process.on('SIGTERM', () => process.exit(0))
main().catch(die)
