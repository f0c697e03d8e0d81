import { join } from 'node:path'
import { openFrameWire } from '../wires/frame-wire.ts'
import { openIpWire } from '../wires/ip-wire.ts'
import { openChannel } from './channel.ts'
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
  const channel = folder === undefined ? null : openChannel(join(folder, socketName))
  const [input, output] = channel === null ? [process.stdin, process.stdout] : [channel.socket, channel.socket]
  output.on('error', die)
  output.write(encodeMessage({ type: 'ready', interface: facts, frameFile: file !== null }))
  await serve(input, output, wires, { file, ...(channel && { more: channel.more }) })
  wires.frame.close()
  wires.ip.close()
  file?.close()
}

function die(error: unknown): never {
  process.stderr.write(`agent: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

// As the container's first process it has no default action for the signal, and stopping would take ten seconds.
process.on('SIGTERM', () => process.exit(0))
main().catch(die)
