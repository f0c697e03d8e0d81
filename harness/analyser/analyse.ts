import type { Conversation, Frame } from '../../generators/conversation/conversation.ts'
import { rightValues } from '../../generators/packets/right-values.ts'
import { type DecodedLayer, describeLayer } from '../../generators/packets/stack.ts'
import type { AnalysedField, AnalysedFrame, AnalysedLayer, Mark } from './analysed.ts'
import { readFrames } from './frame-reader.ts'
import { TcpNumbers, type TcpReading } from './tcp-numbers.ts'
import { TwinValues } from './twin-values.ts'

/** What is to be analysed. */
export interface AnalyseInput {
  conversation: Conversation
  /** Of the generator, as the scenario has them. */
  parameters: unknown
  /** The benign twin, made for the same addresses; absent: nothing is compared. */
  twin?: { conversation: Conversation; parameters: unknown }
}

/**
 * Reads every frame of a conversation layer by layer, field by field, and marks what is wrong, with what would be right.
 * The decoder that does it knows nothing of the scenario; only TCP numbers that were asked to be off, and what a
 * scenario sets otherwise than its twin, come from there. Pure.
 */
export function analyse({ conversation, parameters, twin }: AnalyseInput): AnalysedFrame[] {
  const tcp = new TcpNumbers()
  const twinValues = twin === undefined ? null : new TwinValues(readFrames(twin.conversation, twin.parameters))
  const frames = readFrames(conversation, parameters).map(({ frame, decoded, asked, isCut }, index): AnalysedFrame => {
    const right = rightValues(frame.bytes, decoded)
    const readings = tcpReadings(decoded, frame, tcp)
    const layers = decoded.map((each, place) => {
      const reading = readings.get(each)
      const isInStream = decoded.slice(0, place).some(({ layer }) => layer === 'tcp')
      const marks = {
        ...twinValues?.marks(decoded, place, asked),
        ...reading?.marks,
        ...(isCut && isInStream ? {} : wrongMarks(each, right[place] ?? {}, frame, isInStream)),
      }
      return analysedLayer(isCut && isInStream ? { ...each, problems: [] } : each, marks, reading)
    })
    const other = isPlain(layers) ? (twinValues?.otherLayers(decoded) ?? null) : null
    const { from, note, path, delay = 0, bytes } = frame
    return {
      number: index + 1,
      from,
      note,
      ...(path === undefined ? {} : { path }),
      delayMs: delay,
      bytes,
      layers,
      unusual: other,
    }
  })
  return withoutContent(frames)
}

function isPlain(layers: readonly AnalysedLayer[]): boolean {
  return layers.every(
    ({ name, fields, problems }) =>
      problems.length === 0 && fields.every(({ mark }) => mark === undefined || isContent(name, mark)),
  )
}

/** What is said in the payload is worth a word only where nothing else is. */
function isContent(layer: string, { kind }: Mark): boolean {
  return layer === 'payload' && kind === 'unusual'
}

function withoutContent(frames: AnalysedFrame[]): AnalysedFrame[] {
  if (frames.every(({ layers, unusual }) => unusual === null && isPlain(layers))) return frames
  for (const { layers } of frames)
    for (const { name, fields } of layers)
      for (const field of fields) if (field.mark && isContent(name, field.mark)) delete field.mark
  return frames
}

/** TCP directly in the frame's own IP layer; what is tunnelled or quoted belongs to other connections. */
function tcpReadings(
  decoded: readonly DecodedLayer[],
  frame: Frame,
  numbers: TcpNumbers,
): Map<DecodedLayer, TcpReading> {
  const index = decoded.findIndex(({ layer }) => layer === 'tcp')
  const ip = decoded.slice(0, Math.max(index, 0)).filter(({ layer }) => layer === 'ipv4' || layer === 'ipv6')
  const [segment, outer] = [decoded[index], ip[0]]
  const isQuoted = decoded.slice(0, Math.max(index, 0)).some(({ layer }) => layer === 'icmp' || layer === 'icmpv6')
  if (segment === undefined || outer === undefined || ip.length > 1 || isQuoted) return new Map()
  return new Map([[segment, numbers.read(outer, segment, frame.offsets)]])
}

/** The shortest frame of Ethernet without its check sequence, which senders fill up to: IEEE 802.3 §3.2.8. */
const shortestFrame = 60

function wrongMarks(
  { values, problems }: DecodedLayer,
  right: Record<string, unknown>,
  frame: Frame,
  isInStream: boolean,
): Record<string, Mark> {
  const marks: Record<string, Mark> = {}
  for (const [name, wanted] of Object.entries(right)) {
    const value = values[name]
    const isNumeric = typeof value === 'number' && typeof wanted === 'number'
    marks[name] = {
      kind: 'wrong',
      why: problemOf(name, problems) ?? 'does not fit what is there',
      right: wanted,
      // Checksums have no distance that means anything.
      ...(isNumeric && !isChecksum(name) ? { difference: value - wanted } : {}),
    }
  }
  for (const name of Object.keys(values)) {
    const why = problemOf(name, problems)
    if (why !== null) marks[name] ??= { kind: 'wrong', why }
  }
  const { trailer } = values
  const isPadding =
    frame.bytes.length <= shortestFrame && trailer instanceof Uint8Array && trailer.every((byte) => byte === 0)
  // In a stream the next message may follow at once.
  if (trailer instanceof Uint8Array && !isPadding && !isInStream)
    marks.trailer = { kind: 'wrong', why: 'bytes after the end that the length of this layer gives' }
  return marks
}

/** The decoder's own words about a field begin with its name. */
function problemOf(name: string, problems: readonly string[]): string | null {
  return (
    problems.find((problem) => problem === name || problem.startsWith(`${name} `) || problem.startsWith(`${name}:`)) ??
    null
  )
}

/** True for the fields that are shown in hexadecimal and have no distance. */
export function isChecksum(name: string): boolean {
  return /checksum|crc$/i.test(name)
}

function analysedLayer(
  { layer, values, offset, length, problems }: DecodedLayer,
  marks: Record<string, Mark>,
  reading: TcpReading | undefined,
): AnalysedLayer {
  const { title, rfc, fields } = describeLayer(layer)
  const named = new Map(fields.map(({ name, names }) => [name, names]))
  return {
    name: layer,
    title,
    rfc,
    offset,
    length,
    fields: Object.entries(values).map(([name, value]): AnalysedField => {
      const meaning = typeof value === 'number' ? nameOf(value, named.get(name)) : undefined
      const relative = reading?.relative[name as keyof TcpReading['relative']]
      const mark = marks[name]
      return {
        name,
        value,
        ...(meaning === undefined ? {} : { meaning }),
        ...(relative === undefined ? {} : { relative }),
        ...(mark === undefined ? {} : { mark }),
      }
    }),
    problems: problems.filter((problem) => !Object.keys(values).some((name) => problemOf(name, [problem]) !== null)),
  }
}

function nameOf(value: number, names: Readonly<Record<string, number>> | undefined): string | undefined {
  return Object.entries(names ?? {}).find(([, number]) => number === value)?.[0]
}
