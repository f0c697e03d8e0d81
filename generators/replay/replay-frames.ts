import { captureRecords } from '../captures/capture.ts'
import { ethernetFrame } from '../captures/link-layer.ts'
import type { Frame, Side } from '../conversation/conversation.ts'
import { GeneratorError } from '../errors.ts'
import type { OpenFile } from '../files.ts'
import { FtpControl } from './ftp-control.ts'
import { type Rewriting, Rewriter } from './rewriter.ts'
import { fitsWire, type Range } from './scan.ts'

/** How fast a capture is played. */
export interface Pace {
  /** The capture's own pauses are divided by this; 0: there are none. */
  speed: number
  /** Frames a second at most; 0: as many as go. */
  rate: number
}

/** Shortest pause that is made, milliseconds; shorter ones add up to one. Timers are no finer. */
const shortestPause = 1

/**
 * The frames of a capture as a trial sends them, one at a time.
 * @param open opens the capture, when the first one is asked for
 * @param keep `passing`: the bytes of one are valid until the next is asked for
 * @throws PcapError when the file is not any more what it was, GeneratorError for texts of FTP that cannot be mapped
 */
export function* replayFrames(
  open: () => OpenFile,
  rewriting: Rewriting,
  range: Range,
  { speed, rate }: Pace = { speed: 0, rate: 0 },
  keep: 'kept' | 'passing' = 'kept',
): Generator<Frame> {
  using file = open()
  const rewriter = new Rewriter(rewriting)
  const ftp = rewriting.ftp === null ? null : new FtpControl(rewriting.ftp)
  const least = rate === 0 ? 0 : 1000 / rate
  let owed = 0
  let before = Number.NaN
  for (const record of captureRecords(file, keep === 'passing')) {
    if (record.number < range.first) continue
    if (record.number > range.last) return
    const bytes = ftp === null ? ethernetFrame(record) : withTexts(ftp, ethernetFrame(record), record.number)
    const from = rewriter.rewrite(bytes)
    if (speed > 0 || least > 0) {
      if (!Number.isNaN(before)) owed += Math.max(least, speed > 0 ? (record.at - before) / speed : 0, 0)
      before = record.at
    }
    if (owed < shortestPause) yield new ReplayedFrame(from, bytes, record.number)
    else {
      yield Object.assign(new ReplayedFrame(from, bytes, record.number), { delay: owed })
      owed = 0
    }
  }
}

/** How long all pauses are together, milliseconds. An upper bound where the rate matters too. */
export function pausesOf(packets: number, durationMs: number, { speed, rate }: Pace): number {
  return (speed > 0 ? durationMs / speed : 0) + (rate > 0 ? (packets * 1000) / rate : 0)
}

/** Its note is made when somebody asks for it, since hardly anybody does. */
class ReplayedFrame implements Frame {
  readonly from: Side
  readonly bytes: Uint8Array
  declare readonly delay?: number
  readonly #number: number

  constructor(from: Side, bytes: Uint8Array, number: number) {
    this.from = from
    this.bytes = bytes
    this.#number = number
  }

  get note(): string {
    return `packet ${this.#number} of the capture`
  }
}

function withTexts(ftp: FtpControl, frame: Uint8Array, number: number): Uint8Array {
  const moved = ftp.rewrite(frame, number)
  if (moved !== frame && !fitsWire(moved))
    throw new GeneratorError('map', `ftp: packet ${number} would have ${moved.length} bytes, which no wire carries`)
  return moved
}
