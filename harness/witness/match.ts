import type { WireName } from '../../generators/wires/wire.ts'
import { BodyIndex, type Wanted } from './body-index.ts'
import type { Proof } from './proof.ts'

/** The frames that a trial is going to put on the wire. */
export interface ExpectedTrial {
  trialId: string
  /** On the `ip` wire the link layer is the kernel's, so only what follows it is compared. */
  wire: WireName
  /** All of them; or the first ones, where `total` says that more will be added. */
  frames: readonly Uint8Array[]
  /** How many frames it will have in the end; absent: those of `frames`. */
  total?: number
  /** Gets each frame as it is found, instead of keeping it for the evidence. The bytes are valid during the call. */
  onFound?: (captured: CapturedFrame) => void
}

/** A frame as the witness captured it; `at` in milliseconds since the epoch, with fraction. */
export interface CapturedFrame {
  at: number
  bytes: Uint8Array
}

/** Which frame of which trial a captured frame is; `frame` counts from 0. */
export interface Match {
  trialId: string
  frame: number
}

/** Finds the frames of trials in a capture, one at a time and in any order. */
export interface Matcher {
  /** From now on this trial's frames are looked for. A trial that is already known starts anew. */
  add(trial: ExpectedTrial): void
  /** More frames of a trial whose frames come bit by bit. A trial that is not known takes none. */
  extend(trialId: string, frames: readonly Uint8Array[]): void
  /** What of a trial is looked for and has not been found. */
  pending(trialId: string): { frames: number; bytes: number }
  /** Each expected frame is found once: of two equal ones the capture must hold two. Null when it is nobody's. */
  see(captured: CapturedFrame): Match | null
  /** What has been found so far. A trial that is not known has no frames and no proof. */
  proof(trialId: string): Proof
  /** True when every frame of a known trial was found; never for a trial without frames. */
  complete(trialId: string): boolean
  /** The trial's frames as captured, in the order of capture, for its evidence file. */
  captured(trialId: string): readonly CapturedFrame[]
  /** As `captured`, of a trial that is complete. Nothing but its proof is kept of it from then on. */
  take(trialId: string): readonly CapturedFrame[]
  /** Stops looking for the trial and frees what was kept of it. Frames that were added bit by bit count for nobody from then on. */
  forget(trialId: string): void
}

/** What is kept of one trial for its evidence file at most. */
export interface KeepLimits {
  frames: number
  bytes: number
}

/** A trial of which something is looked for or kept. */
interface Watched {
  trial: Omit<ExpectedTrial, 'frames'>
  /** What was looked for at the beginning. */
  listed: readonly Uint8Array[]
  proof: Proof
  /** Frames that were told of so far, and the bytes of those that were not found yet. */
  told: number
  pendingBytes: number
  kept: CapturedFrame[]
  keptBytes: number
}

const linkHeader = 14

/** Starts a matcher; its work for each captured frame does not grow with the number of trials. */
export function createMatcher(
  expected: readonly ExpectedTrial[],
  limits: KeepLimits = { frames: 20_000, bytes: 8 << 20 },
): Matcher {
  /** Of all trials, also those of which nothing else is kept any more: from a map that only grows nothing is left behind. */
  const known = new Map<string, { proof: Proof; watched: Watched | null }>()
  const whole = new BodyIndex()
  const afterLink = new BodyIndex()

  const matcher: Matcher = {
    add(trial) {
      matcher.forget(trial.trialId)
      const { frames: listed, ...rest } = trial
      const proof: Proof = { frames: trial.total ?? listed.length, found: 0, firstAt: null, lastAt: null }
      const watched = { trial: rest, listed, proof, told: 0, pendingBytes: 0, kept: [], keptBytes: 0 }
      known.set(trial.trialId, { proof, watched })
      matcher.extend(trial.trialId, listed)
    },
    extend(trialId, frames) {
      const watched = known.get(trialId)?.watched
      if (!watched) return
      const index = indexOf(watched.trial)
      for (const bytes of frames) {
        index.add(body(watched.trial, bytes), { trialId, frame: watched.told++ })
        watched.pendingBytes += bytes.length
      }
    },
    pending(trialId) {
      const watched = known.get(trialId)?.watched
      if (!watched) return { frames: 0, bytes: 0 }
      return { frames: watched.told - watched.proof.found, bytes: watched.pendingBytes }
    },
    see(captured) {
      const { bytes } = captured
      const found: Wanted | null =
        whole.take(bytes) ?? (bytes.length >= linkHeader ? afterLink.take(bytes.subarray(linkHeader)) : null)
      const watched = found && known.get(found.trialId)?.watched
      if (!found || !watched) return null
      count(watched.proof, captured.at)
      watched.pendingBytes -= bytes.length
      if (watched.trial.onFound) watched.trial.onFound(captured)
      else keep(watched, captured, limits)
      return found
    },
    proof: (trialId) => ({ ...(known.get(trialId)?.proof ?? { frames: 0, found: 0, firstAt: null, lastAt: null }) }),
    complete(trialId) {
      const proof = known.get(trialId)?.proof
      return proof !== undefined && proof.frames > 0 && proof.found === proof.frames
    },
    captured: (trialId) => known.get(trialId)?.watched?.kept ?? [],
    take(trialId) {
      const trial = known.get(trialId)
      if (!trial?.watched || !matcher.complete(trialId)) return []
      const { kept } = trial.watched
      trial.watched = null
      return kept
    },
    forget(trialId) {
      const watched = known.get(trialId)?.watched
      known.delete(trialId)
      if (!watched) return
      for (const bytes of watched.listed) indexOf(watched.trial).drop(body(watched.trial, bytes), trialId)
    },
  }

  const indexOf = (trial: Pick<ExpectedTrial, 'wire'>) => (trial.wire === 'ip' ? afterLink : whole)
  for (const trial of expected) matcher.add(trial)
  return matcher
}

function body({ wire }: Pick<ExpectedTrial, 'wire'>, bytes: Uint8Array): Uint8Array {
  return wire === 'ip' ? bytes.subarray(linkHeader) : bytes
}

/** Two actors send at the same time, so a frame may be captured out of order. */
function count(proof: Proof, at: number): void {
  proof.found++
  proof.firstAt = proof.firstAt === null ? at : Math.min(proof.firstAt, at)
  proof.lastAt = proof.lastAt === null ? at : Math.max(proof.lastAt, at)
}

/** The caller may use its buffer again, hence the copy (which `slice` of a Buffer is not). */
function keep(watched: Watched, { at, bytes }: CapturedFrame, limits: KeepLimits): void {
  if (watched.kept.length >= limits.frames || watched.keptBytes + bytes.length > limits.bytes) return
  watched.kept.push({ at, bytes: new Uint8Array(bytes) })
  watched.keptBytes += bytes.length
}
