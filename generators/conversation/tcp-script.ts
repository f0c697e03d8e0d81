import { GeneratorError } from '../errors.ts'
import { merged } from '../merged.ts'
import type { Identity } from '../identity.ts'
import type { Frame, Side } from './conversation.ts'
import { framesOf } from './frames.ts'
import { isRecord } from './layers.ts'
import { join, namesOf, resolveNames } from './names.ts'
import { readPayload } from './payload.ts'
import { type Repeat, variedValues, waitBefore, withValue } from './repeat.ts'
import { noteOf } from './tcp-notes.ts'
import { other, type Segment, type Sent, TcpSession } from './tcp-session.ts'
import type {
  DataStep,
  Entry,
  Flag,
  NamedStep,
  RetransmitStep,
  RoundsStep,
  SegmentStep,
  Step,
  StepName,
  TcpParameters,
} from './tcp-steps.ts'

const empty = new Uint8Array(0)

/**
 * Plays the steps of a scripted TCP conversation.
 * @throws GeneratorError with the path of the step that cannot be played
 */
export function playSteps(parameters: TcpParameters, identity: Identity): Frame[] {
  return new Script(parameters, identity).play()
}

class Script {
  readonly #parameters: TcpParameters
  readonly #identity: Identity
  readonly #names: Record<string, string | number>
  readonly #frames: Frame[] = []
  #session: TcpSession
  /** Which round of several steps it is, from 1. */
  #round = 1

  constructor(parameters: TcpParameters, identity: Identity) {
    this.#parameters = parameters
    this.#identity = identity
    this.#names = namesOf(identity)
    const ports = {
      client: parameters.clientPort ?? identity.client.port,
      server: parameters.port ?? identity.server.port,
    }
    this.#session = new TcpSession(identity, parameters, ports, this.#frames)
  }

  play(): Frame[] {
    this.#all(this.#parameters.steps, 'steps')
    return this.#frames
  }

  #all(steps: readonly Entry[], path: string): void {
    for (const [index, step] of steps.entries()) {
      const place = `${path}[${index}]`
      if (typeof step === 'string') this.#word(step, place)
      else if (step.rounds !== undefined) this.#rounds(step.rounds, `${place}.rounds`)
      else this.#repeated(step, place)
    }
  }

  /** Each round on a connection of its own; one that stands after other steps begins with a new one too. */
  #rounds({ count, port, steps, ...pace }: RoundsStep, path: string): void {
    for (let round = 0; round < count; round++) {
      this.#round = round + 1
      const start = this.#frames.length
      if (start > 0 || port !== undefined)
        this.#connect({
          port: port && port.from + round * port.step,
          ...(start === 0 && { clientPort: this.#session.ports.client }),
        })
      this.#all(steps, `${path}.steps`)
      const first = this.#frames[start]
      const wait = waitBefore(pace, round, this.#identity.marker)
      if (first !== undefined && wait > 0) first.delay = wait
    }
    this.#round = 1
  }

  #word(word: 'handshake' | 'simultaneous-open' | 'close', path: string): void {
    if (word === 'close') {
      this.#close('client', path)
      return
    }
    this.#plain('client', ['SYN'], path)
    if (word === 'handshake') {
      this.#plain('server', ['SYN', 'ACK'], path)
      this.#plain('client', ['ACK'], path)
      return
    }
    this.#plain('server', ['SYN'], path)
    this.#plain('client', ['SYN', 'ACK'], path)
    this.#plain('server', ['SYN', 'ACK'], path)
  }

  /** Plays a step as often as its `repeat` says, each round with its own values. */
  #repeated(step: Step, path: string): void {
    const [name, content] = Object.entries(step).find(([, value]) => value !== undefined) as [StepName, unknown]
    const place = join(path, name)
    const repeat = name !== 'frame' && isRecord(content) ? (content.repeat as Repeat | undefined) : undefined
    if (repeat === undefined || name === 'client' || name === 'server') {
      this.#step(name, content, this.#round, place)
      return
    }
    for (let round = 0; round < repeat.count; round++) {
      let varied = content
      for (const [keys, value] of variedValues(repeat, round))
        varied = withValue(varied, keys, value, `${place}.repeat.vary`)
      if (round > 0) varied = withValue(varied, ['delay'], waitBefore(repeat, round, this.#identity.marker), place)
      this.#step(name, varied, round + 1, place)
    }
  }

  #step(name: StepName, raw: unknown, round: number, path: string): void {
    const content = name === 'frame' ? raw : resolveNames(raw, merged(this.#names, { round }), path)
    switch (name) {
      case 'handshake':
        this.#word('handshake', path)
        return
      case 'client':
      case 'server':
        this.#data(merged(blank, { from: name, data: content, acknowledge: true }), path)
        return
      case 'data':
        this.#data(content as DataStep, path)
        return
      case 'segment':
        this.#segment(content as SegmentStep, (content as SegmentStep).flags, path)
        return
      case 'syn':
        this.#segment(content as NamedStep, ['SYN'], path)
        return
      case 'synAck':
        this.#segment(content as NamedStep, ['SYN', 'ACK'], path)
        return
      case 'ack':
        this.#segment(content as NamedStep, ['ACK'], path)
        return
      case 'fin':
        this.#segment(content as NamedStep, ['FIN', 'ACK'], path)
        return
      case 'reset': {
        const reset = content as NamedStep & { acknowledge?: boolean }
        this.#segment(reset, reset.acknowledge === true ? ['RST', 'ACK'] : ['RST'], path)
        return
      }
      case 'retransmit':
      case 'overlap':
        this.#again(content as RetransmitStep, path)
        return
      case 'unseen': {
        const { from, bytes } = content as NonNullable<Step['unseen']>
        this.#session.skip(from, bytes)
        return
      }
      case 'close':
        this.#close((content as NonNullable<Step['close']>).from, path)
        return
      case 'connection':
        this.#connect(content as NonNullable<Step['connection']>)
        return
      case 'frame': {
        const place = {
          identity: this.#identity,
          framesBefore: this.#frames.length,
          ports: this.#session.ports,
          round: this.#round,
        }
        this.#frames.push(...framesOf(content as NonNullable<Step['frame']>, place, path))
        return
      }
      default:
        name satisfies never
    }
  }

  /** Data cut at the MSS; the far side acknowledges every second segment and the last (RFC 9293 §3.8.6.3). */
  #data(step: DataStep, path: string): void {
    const data = readPayload(step.data, this.#identity, join(path, 'data'))
    if (data.length === 0) throw new GeneratorError(path, 'there is no data to send')
    const { mss } = this.#session
    const count = Math.ceil(data.length / mss)
    for (let index = 0; index < count; index++) {
      const last = index === count - 1
      const part = data.subarray(index * mss, (index + 1) * mss)
      const flags: Flag[] = last ? ['PSH', 'ACK'] : ['ACK']
      const delay = index === 0 ? step.delay : undefined
      this.#session.send(merged(segmentOf(step, flags, part), { delay }), path)
      if (step.acknowledge && (last || index % 2 === 1)) this.#plain(other(step.from), ['ACK'], path)
    }
  }

  #segment(step: NamedStep, flags: readonly Flag[], path: string): void {
    const data = step.data === undefined ? empty : readPayload(step.data, this.#identity, join(path, 'data'))
    this.#session.send(segmentOf(step, flags, data), path)
  }

  #again(step: RetransmitStep, path: string): void {
    const sent = this.#find(step, path)
    const rest = sent.data.subarray(
      Math.max(step.start, 0),
      step.length === undefined ? undefined : step.start + step.length,
    )
    const data = step.data === undefined ? rest : readPayload(step.data, this.#identity, join(path, 'data'))
    // Data that rode on a SYN goes out again on its own.
    const flags: readonly Flag[] = sent.flags.includes('SYN') ? ['PSH', 'ACK'] : sent.flags
    const segment = segmentOf(step, flags, data)
    const note = step.note ?? `${step.data === undefined ? 'again' : 'other bytes laid over'}: ${segment.note}`
    this.#session.send(merged(segment, { note, sequence: (sent.sequence + step.start) >>> 0 }), path)
    if (step.acknowledge) this.#plain(other(step.from), ['ACK'], path)
  }

  #find({ from, of }: RetransmitStep, path: string): Sent {
    const sent = this.#session.sent(from)
    const found = sent.at(of > 0 ? of - 1 : of)
    if (found !== undefined) return found
    const have = sent.length === 0 ? 'none yet' : `only ${sent.length}`
    throw new GeneratorError(
      join(path, 'of'),
      `the ${from} has sent ${have} of data segments, so there is no number ${of}`,
    )
  }

  #close(from: Side | 'both', path: string): void {
    const first = from === 'both' ? 'client' : from
    const second = other(first)
    this.#plain(first, ['FIN', 'ACK'], path)
    if (from === 'both') {
      // The FINs cross: the second side has not yet seen the first one's.
      this.#plain(second, ['FIN', 'ACK'], path, -1)
      this.#plain(first, ['ACK'], path)
      this.#plain(second, ['ACK'], path)
      return
    }
    this.#plain(second, ['ACK'], path)
    this.#plain(second, ['FIN', 'ACK'], path)
    this.#plain(first, ['ACK'], path)
  }

  #connect({ clientPort, port }: NonNullable<Step['connection']>): void {
    const { client, server } = this.#session.ports
    const ports = { client: clientPort ?? (client === 65_535 ? 1024 : client + 1), server: port ?? server }
    this.#session = new TcpSession(this.#identity, this.#parameters, ports, this.#frames)
  }

  #plain(from: Side, flags: readonly Flag[], path: string, acknowledgmentOffset?: number): void {
    const note = noteOf(blank, flags, 0)
    this.#session.send(merged(blank, { from, flags, data: empty, note, acknowledgmentOffset, isRight: true }), path)
  }
}

const blank = {
  sequenceOffset: 0,
  timestampOffset: 0,
  tcp: {},
  ipv4: {},
  ipv6: {},
  ethernet: {},
}

function segmentOf(step: NamedStep, flags: readonly Flag[], data: Uint8Array): Segment {
  return merged(step, { flags, data, note: step.note ?? noteOf(step, flags, data.length) })
}
