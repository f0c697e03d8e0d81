import { setTimeout as wait } from 'node:timers/promises'
import { batches } from '../../generators/conversation/batches.ts'
import type { Conversation, Side } from '../../generators/conversation/conversation.ts'
import { SandboxError } from '../errors.ts'
import type { Actor, PackedFrames, Sent, WireName } from '../sandbox/actor.ts'
import { Answers } from './answers.ts'
import type { Played } from './play.ts'

/** What is to happen around the sending of a conversation that is made while it is played. */
export interface StreamHooks {
  /** Called with the frames of every batch before it is sent; what it returns is waited for. Their memory is used again after that. */
  before: (frames: PackedFrames) => Promise<void> | void
}

/** Batches of one side that are under way at most: as many as the file that its agent sends from has places. */
const mostUnderWay = 3
/** Longest wait for an agent to send one batch, milliseconds. */
const patience = 15_000
/** Refused frames that are told one by one; a flood of them need not be kept. */
const mostRefused = 100

/**
 * Sends a conversation that is made while it is played, batch by batch, never more than a few ahead of the agents. Order across the sides is
 * kept as in `play`. Delays are counted from the first frame on, so that they do not add up with the time that sending takes.
 * @throws SandboxError when an actor dies or does not answer in time; what the frames or a hook throw; the signal's reason
 */
export async function playStream(
  conversation: Conversation,
  wire: WireName,
  actors: Record<Side, Actor>,
  hooks: StreamHooks,
  signal: AbortSignal,
): Promise<Played> {
  const played: Played = { firstAt: Number.POSITIVE_INFINITY, lastAt: Number.NEGATIVE_INFINITY, refused: [] }
  const underWay: { start: number; sent: Promise<Sent> }[] = []
  const settle = async () => {
    const { start, sent } = underWay.shift() as { start: number; sent: Promise<Sent> }
    const { firstAt, lastAt, refused } = await answers.of(sent, patience, late)
    played.firstAt = Math.min(played.firstAt, firstAt)
    played.lastAt = Math.max(played.lastAt, lastAt)
    for (const { index, error } of refused)
      if (played.refused.length < mostRefused) played.refused.push({ frame: start + index, error })
  }
  using answers = new Answers(signal)
  const late = () => new SandboxError(`an agent did not answer within ${patience / 1000} s`)
  const begun = performance.now()
  let due = 0
  let side: Side | null = null
  for (const batch of conversation.stream?.batches ?? batches(conversation.frames)) {
    signal.throwIfAborted()
    due += batch.delay
    if (batch.from !== side || batch.delay > 0) while (underWay.length > 0) await settle()
    side = batch.from
    if (batch.delay > 0) {
      const rest = begun + due - performance.now()
      if (rest >= 1) await wait(rest, undefined, { signal })
    }
    await hooks.before(batch.frames)
    const sent = actors[batch.from].sendPacked(wire, batch.frames)
    // It is awaited later; until then a failure must not count as unhandled.
    sent.catch(() => undefined)
    underWay.push({ start: batch.start, sent })
    while (underWay.length >= mostUnderWay) await settle()
  }
  while (underWay.length > 0) await settle()
  return played
}
