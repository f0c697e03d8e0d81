import { setTimeout as wait } from 'node:timers/promises'
import type { Conversation, Frame, Side } from '../../generators/conversation/conversation.ts'
import type { Actor, WireName } from '../sandbox/actor.ts'

/** What happened while a conversation was played. Times are milliseconds since the epoch, with fraction. */
export interface Played {
  firstAt: number
  lastAt: number
  /** Frames that a kernel refused to send, by their place in the conversation. */
  refused: { frame: number; error: string }[]
}

/**
 * Sends a conversation from its two actors. Order across the sides is kept by causality: a side sends only when
 * the frames before its own have been handed to the kernel.
 * @throws SandboxError when an actor dies; an AbortError when the signal fires.
 */
export async function play(
  conversation: Conversation,
  wire: WireName,
  actors: Record<Side, Actor>,
  signal: AbortSignal,
): Promise<Played> {
  const played: Played = { firstAt: Number.POSITIVE_INFINITY, lastAt: Number.NEGATIVE_INFINITY, refused: [] }
  for (const turn of turns([...conversation.frames])) {
    signal.throwIfAborted()
    if (turn.delay > 0) await wait(turn.delay, undefined, { signal })
    const sent = await actors[turn.from].send(wire, turn.frames)
    played.firstAt = Math.min(played.firstAt, sent.firstAt)
    played.lastAt = Math.max(played.lastAt, sent.lastAt)
    for (const { index, error } of sent.refused) played.refused.push({ frame: turn.start + index, error })
  }
  return played
}

interface Turn {
  from: Side
  delay: number
  /** Place of the turn's first frame in the conversation. */
  start: number
  frames: Uint8Array[]
}

/** Frames that one side may send without waiting for the other or for the clock, together. */
export function turns(frames: readonly Frame[]): Turn[] {
  const result: Turn[] = []
  for (const [start, frame] of frames.entries()) {
    const last = result.at(-1)
    if (last && last.from === frame.from && !frame.delay) last.frames.push(frame.bytes)
    else result.push({ from: frame.from, delay: frame.delay ?? 0, start, frames: [frame.bytes] })
  }
  return result
}
