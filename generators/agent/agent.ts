import { openFrameWire } from '../wires/frame-wire.ts'
import { openIpWire } from '../wires/ip-wire.ts'
import { openFrameFile } from './frame-file.ts'
import { readInterface } from './interface.ts'
import { encodeMessage } from './protocol.ts'
import { serve } from './serve.ts'

/**
 * The actor container's one process: `node agent.js [interface [file]]`. It opens both wires and the file that requests may leave their
 * frames in, says `ready` and serves stdin.
 * Exit status: 0 when stdin has ended or on SIGTERM, 1 with a line on stderr when it cannot work.
 */
async function main(): Promise<void> {
  const facts = readInterface(process.argv[2])
  const wires = { frame: openFrameWire(facts.index, { mtu: facts.mtu }), ip: await openIpWire() }
  const path = process.argv[3]
  const file = path === undefined ? null : openFrameFile(path, wires.frame.memory)
  process.stdout.write(encodeMessage({ type: 'ready', interface: facts, frameFile: file !== null }))
  await serve(process.stdin, process.stdout, wires, file)
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
process.stdout.on('error', die)
main().catch(die)
