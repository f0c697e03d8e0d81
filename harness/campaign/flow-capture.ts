import { packetAddresses } from '../attribution/packet-addresses.ts'
import type { CapturedFrame } from '../witness/match.ts'

/** Frames of one trial that are kept at most. */
const framesAtMost = 2000

/** Keeps the captured frames of trials whose packets a kernel makes, told apart by the server's address. */
export class FlowCapture {
  readonly #trials = new Map<string, CapturedFrame[]>()
  readonly #byAddress = new Map<string, CapturedFrame[]>()

  /** From now on frames from or to this address belong to the trial. */
  expect(trialId: string, address: string): void {
    const frames: CapturedFrame[] = []
    this.#trials.set(trialId, frames)
    this.#byAddress.set(address, frames)
  }

  see({ at, bytes }: CapturedFrame): void {
    if (this.#byAddress.size === 0) return
    const [flow] = packetAddresses(bytes).flows
    const frames = flow && (this.#byAddress.get(flow.destination) ?? this.#byAddress.get(flow.source))
    if (frames && frames.length < framesAtMost) frames.push({ at, bytes: new Uint8Array(bytes) })
  }

  captured(trialId: string): readonly CapturedFrame[] {
    return this.#trials.get(trialId) ?? []
  }
}
