import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Conversation } from '../../generators/conversation/conversation.ts'
import { replay } from '../../generators/network/replay.ts'
import type { Actor } from '../../harness/sandbox/actor.ts'
import { bindOf } from '../../harness/sandbox/container.ts'
import { connectActor } from '../../harness/sandbox/agent-actor.ts'
import { agentChannelMounts, agentChannelTarget } from '../../harness/sandbox/container-specs.ts'
import { AgentChannel } from '../../harness/sandbox/agent-channel.ts'
import { makeWorkDirectory, memoryParent } from '../../harness/sandbox/work-directory.ts'
import { filesBeside } from '../../harness/scenario/beside.ts'
import { playStream } from '../../harness/stimulus/play-stream.ts'
import { Rig } from '../docker/wire-rig.ts'
import { first } from '../generators/identities.ts'
import { largeCapture } from '../generators/replay/large-capture.ts'
import { type Link, makeLink } from './link.ts'
import { type Sender, takeTurns, tcpreplay } from './senders.ts'
import { type BenchResult, median } from './table.ts'

/** Each takes a second; a machine's speed stays the same for some, so that what was measured side by side is compared. */
const rounds = 25
const captures = [
  { name: 'frames of 64 bytes', sizes: [64], bytes: 24e6 },
  { name: 'mixed frames, 750 bytes on average', sizes: [64, 576, 1514, 1514, 90], bytes: 400e6 },
]

/**
 * A capture of one side, replayed from the file to the wire, beside tcpreplay with the same file and the same veth pair. Our time is
 * from the command to the last answer: reading, new addresses and checksums, the way into the container, sending. Wants root and a Docker engine on this machine.
 */
export async function benchReplay(): Promise<BenchResult> {
  await using rig = new Rig()
  const { actor: image } = await rig.images()
  const link = await makeLink(rig, image)
  await using work = await makeWorkDirectory('bench', await memoryParent())
  const actor = await agentOn(rig, link, image, new AgentChannel(join(work.path, 'client')))
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-bench-'))
  try {
    const notes: string[] = []
    const rows: BenchResult['rows'][number][] = []
    const requirements: BenchResult['requirements'][number][] = []
    for (const [index, { name, sizes, bytes }] of captures.entries()) {
      const file = `${index}.pcap`
      await largeCapture(join(folder, file), { bytes, sizes })
      const ours = replaySender(actor, folder, file, `replay: ${name}`)
      const theirs = [false, true].map((preload) => named(tcpreplay(link, join(folder, file), { preload }), name))
      const taken = await takeTurns(link, [ours, ...theirs], rounds)
      rows.push(...taken.rows, { name: '  of ours, the system calls alone', samples: ours.sending })
      notes.push(...taken.notes)
      const of = (sender: Sender) => taken.rows.find((row) => row.name === sender.name)?.samples ?? []
      const [ratio, preloaded] = theirs.map((sender) => medianRatio(of(ours), of(sender))) as [number, number]
      requirements.push({
        text: `${name}: at least 2 times as fast as tcpreplay --topspeed (${ratio.toPrecision(3)}, median of ${rounds} rounds' ratios)`,
        met: Number.isNaN(ratio) ? null : ratio >= 2,
      })
      notes.push(
        `${name}: ${preloaded.toPrecision(3)} times tcpreplay --preload-pcap, which reads the file before its clock starts; ours reads it while it sends`,
      )
    }
    return { title: 'A capture replayed over one veth pair', unit: 'frames/s', rows, notes, requirements }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Of what was measured in the same round. */
function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(theirs.map((their, round) => (ours[round] as number) / their))
}

function named(sender: Sender, what: string): Sender {
  return { ...sender, name: `${sender.name}: ${what}` }
}

/** @returns also how many frames a second the agent's system calls alone take */
function replaySender(actor: Actor, folder: string, file: string, name: string): Sender & { sending: number[] } {
  const made: Conversation = replay.conversation(
    replay.parameters.parse({ capture: file }),
    first,
    filesBeside(folder, join(folder, 'bench.yaml')),
  )
  const sent = made.stream?.frames ?? 0
  const sending: number[] = []
  let milliseconds = 0
  const timed: Actor = {
    ...actor,
    async sendPacked(wire, frames) {
      const answer = await actor.sendPacked(wire, frames)
      milliseconds += answer.lastAt - answer.firstAt
      return answer
    },
  }
  return {
    name,
    sending,
    lacking: async () => null,
    async measure() {
      milliseconds = 0
      const start = performance.now()
      const actors = { client: timed, server: timed }
      const { refused } = await playStream(made, 'frame', actors, { before: () => {} }, new AbortController().signal)
      if (refused[0]) throw new Error(`${refused.length} frames refused: ${refused[0].error}`)
      sending.push((sent / milliseconds) * 1000)
      return { rate: (sent / (performance.now() - start)) * 1000, sent }
    },
  }
}

async function agentOn(rig: Rig, link: Link, image: string, channel: AgentChannel): Promise<Actor> {
  const started = await rig.start(image, ['node', 'generators/agent/agent.js', link.sender, agentChannelTarget], {
    CapAdd: ['NET_RAW'],
    Binds: agentChannelMounts(channel.path).map(bindOf),
    CpusetCpus: '0',
    NetworkMode: `container:${link.senderContainer}`,
  })
  const ended = started.exit.then((code) => ({ code, why: `exited with status ${code}` }))
  const unused = async () => {
    throw new Error('the rig removes it')
  }
  return connectActor(
    'client',
    { ...started, name: 'bench', ended, pid: unused, kill: unused, remove: unused },
    channel,
  )
}
