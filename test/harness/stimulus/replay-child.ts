import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Side } from '../../../generators/conversation/conversation.ts'
import { announcedBytes, decodeRequest, encodeRequest } from '../../../generators/agent/protocol.ts'
import { replay } from '../../../generators/network/replay.ts'
import { type PackedFrames, unpackCopy } from '../../../generators/conversation/packed-frames.ts'
import type { Actor } from '../../../harness/sandbox/actor.ts'
import { filesBeside } from '../../../harness/scenario/beside.ts'
import { playStream } from '../../../harness/stimulus/play-stream.ts'
import { createMatcher } from '../../../harness/witness/match.ts'
import { EvidenceSpool } from '../../../harness/campaign/evidence-spool.ts'
import { first } from '../../generators/identities.ts'

/**
 * Plays `capture.pcap` of a folder, `node replay-child.js <folder>`, through all that a campaign does with it but the engine: into
 * requests and out of them again, through the witness, into an evidence file. Prints what came and the most memory that it took.
 */
async function main(folder: string): Promise<void> {
  const files = filesBeside(folder, join(folder, 'one.yaml'))
  const conversation = replay.conversation(replay.parameters.parse({ capture: 'capture.pcap' }), first, files)
  const total = conversation.stream?.frames ?? 0
  const matcher = createMatcher([])
  const spool = new EvidenceSpool(join(folder, 'spool.pcap'))
  matcher.add({ trialId: 'one', wire: 'frame', frames: [], total, onFound: (captured) => spool.add(captured) })
  let id = 0
  const received = { client: 0, server: 0 }
  const actor = (side: Side): Actor => ({
    side,
    containerId: '',
    sendPacked: (wire, frames) => actors[side].send(wire, unpackCopy(frames)),
    async send(wire, frames) {
      await turn()
      const request = encodeRequest({ id: ++id, wire, frames })
      const end = request.indexOf(10)
      const line = Buffer.from(request.subarray(0, end)).toString()
      if (announcedBytes(line) !== request.length - end - 1) throw new Error('the announcement is wrong')
      for (const bytes of decodeRequest(line, request.subarray(end + 1)).frames) {
        received[side] += 1
        if (matcher.see({ at: Date.now(), bytes }) === null) throw new Error(`frame of the ${side} that nobody expects`)
      }
      return { firstAt: 1, lastAt: 1, refused: [] }
    },
  })
  const before = (frames: PackedFrames) => matcher.extend('one', unpackCopy(frames))
  const actors = { client: actor('client'), server: actor('server') }
  await playStream(conversation, 'frame', actors, { before }, new AbortController().signal)
  const hash = createHash('sha256')
  let evidence = 0
  for await (const piece of spool.content()) {
    hash.update(piece)
    evidence += piece.length
  }
  const { maxRSS } = process.resourceUsage()
  process.stdout.write(
    JSON.stringify({ total, received, proof: matcher.proof('one'), evidence, maxRss: maxRSS * 1024 }),
  )
}

await main(String(process.argv[2]))
