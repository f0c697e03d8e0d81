import { captureRecords, openCapture } from '../captures/capture.ts'
import { ethernetFrame } from '../captures/link-layer.ts'
import { batches, type FrameBatch, Gathering } from '../conversation/batches.ts'
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
 * @throws PcapError when the file is not any more what it was, GeneratorError for texts of FTP that cannot be mapped
 */
export function* replayFrames(
  open: () => OpenFile,
  rewriting: Rewriting,
  range: Range,
  pace: Pace = { speed: 0, rate: 0 },
  keep: 'kept' | 'passing' = 'kept',
): Generator<Frame> {
  using file = open()
  const rewriter = new Rewriter(rewriting)
  const ftp = rewriting.ftp === null ? null : new FtpControl(rewriting.ftp)
  const pauses = new Pauses(pace)
  for (const record of captureRecords(file, keep === 'passing')) {
    if (record.number < range.first) continue
    if (record.number > range.last) return
    const bytes = ftp === null ? ethernetFrame(record) : withTexts(ftp, ethernetFrame(record), record.number)
    const frame = new ReplayedFrame(rewriter.rewrite(bytes), bytes, record.number)
    const delay = pauses.before(record.at)
    yield delay === 0 ? frame : Object.assign(frame, { delay })
  }
}

/**
 * The same frames in batches, for who keeps none.
 * @param inPlace they are Ethernet and no text changes their length, so they are rewritten where they were read to, and sent from there
 */
export function* replayBatches(
  open: () => OpenFile,
  rewriting: Rewriting,
  range: Range,
  pace: Pace,
  inPlace: boolean,
): Generator<FrameBatch> {
  if (!inPlace) return yield* batches(replayFrames(open, rewriting, range, pace, 'passing'))
  using file = open()
  const capture = openCapture(file, true)
  const rewriter = new Rewriter(rewriting)
  const pauses = new Pauses(pace)
  const gathering = new Gathering()
  let [memory, first] = [capture.memory, 0]
  while (capture.next() && capture.number <= range.last) {
    if (capture.number < range.first) continue
    const { start, end } = capture
    const from = rewriter.rewrite(capture.memory, start, end)
    const delay = pauses.before(capture.at)
    const isNext = capture.memory === memory && gathering.takes(from, delay)
    if (gathering.count > 0 && !isNext) yield gathering.batch(memory, first)
    if (gathering.count === 0) {
      memory = capture.memory
      first = start
      capture.hold()
    }
    gathering.add(from, delay, start - first, end - start)
  }
  if (gathering.count > 0) yield gathering.batch(memory, first)
}

/** The pauses of a capture. Those too short to be made are added to the next. */
class Pauses {
  readonly #speed: number
  readonly #least: number
  #owed = 0
  #before = Number.NaN

  constructor({ speed, rate }: Pace) {
    this.#speed = speed
    this.#least = rate === 0 ? 0 : 1000 / rate
  }

  /** Milliseconds to wait before a packet of that time. */
  before(at: number): number {
    if (this.#speed === 0 && this.#least === 0) return 0
    if (!Number.isNaN(this.#before)) {
      const own = this.#speed > 0 ? (at - this.#before) / this.#speed : 0
      this.#owed += Math.max(this.#least, own, 0)
    }
    this.#before = at
    const pause = this.#owed < shortestPause ? 0 : this.#owed
    this.#owed -= pause
    return pause
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
