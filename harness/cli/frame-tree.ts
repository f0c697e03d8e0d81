import { counted } from '../../reports/format.ts'
import type { AnalysedField, AnalysedFrame, AnalysedLayer, Mark } from '../analyser/analysed.ts'
import { fold, type Fold, variations } from '../analyser/fold.ts'
import { markText, short } from '../analyser/mark-text.ts'
import { fieldText, valueText } from '../analyser/value-text.ts'
import type { Terminal } from './context.ts'
import { bold, dim, inColour } from './table.ts'

/** Fields are set in lines of this width where nothing says how wide the reader's are. */
const usualWidth = 100
const variationsShown = 6

/** A conversation as a protocol analyser shows it: frames, their layers, every field, and marks where one is wrong. */
export function frameTree(frames: readonly AnalysedFrame[], terminal: Terminal): string[] {
  return fold(frames).flatMap((part) => [
    ...part.shown.flatMap((frame) => frameLines(frame, terminal)),
    ...foldLines(part, terminal),
  ])
}

/** Every different mark of a conversation, the frames that have it named, the wrong ones first. */
export function markList(frames: readonly AnalysedFrame[], terminal: Terminal): string[] {
  const found = new Map<string, { mark: Mark | null; text: string; numbers: number[] }>()
  const add = (key: string, mark: Mark | null, text: string, number: number) => {
    const known = found.get(key) ?? { mark, text, numbers: [] }
    known.numbers.push(number)
    found.set(key, known)
  }
  for (const { number, layers, unusual } of frames) {
    if (unusual !== null) add(unusual, { kind: 'unusual', why: unusual }, unusual, number)
    for (const { name, fields, problems } of layers) {
      for (const problem of problems)
        add(`${name} ${problem.replaceAll(/\d+/g, '#')}`, null, `${name}: ${problem}`, number)
      for (const field of fields)
        if (field.mark !== undefined)
          add(
            `${name}.${field.name} ${field.mark.kind} ${field.mark.why.replaceAll(/\d+/g, '#')}`,
            field.mark,
            `${name}.${field.name} ${short(fieldText(field))}: ${markText(field, field.mark)}`,
            number,
          )
    }
  }
  const rank = ({ mark }: { mark: Mark | null }) => (mark?.kind === 'unusual' ? 1 : 0)
  return [...found.values()]
    .sort((one, other) => rank(one) - rank(other))
    .flatMap(({ mark, text, numbers }) => {
      const where = numbers.length > 1 ? `frame ${numbers[0]} and ${numbers.length - 1} more` : `frame ${numbers[0]}`
      return hanging(`${where}: ${text}`, '  ', '    ', terminal).map((line) =>
        paint(line, mark?.kind ?? 'wrong', terminal),
      )
    })
}

function frameLines(frame: AnalysedFrame, terminal: Terminal): string[] {
  const { number, from, note, delayMs, bytes, layers, unusual } = frame
  const arrow = from === 'client' ? 'client -> server' : 'client <- server'
  const pause = delayMs > 0 ? `, ${delayMs} ms later` : ''
  const head = `${bold(`${String(number).padStart(3)}  ${arrow}  ${note}`, terminal)}${dim(`  ${bytes.length} bytes${pause}`, terminal)}`
  const whole = unusual === null ? [] : marked(`unusual: ${unusual}`, 'unusual', '     ', 5, terminal)
  return [
    '',
    head,
    ...whole,
    ...layers.flatMap((layer, index) => layerLines(layer, index === layers.length - 1, terminal)),
  ]
}

function layerLines(
  { name, title, rfc, fields, problems, length }: AnalysedLayer,
  isLast: boolean,
  terminal: Terminal,
): string[] {
  const [branch, trunk] = terminal.isTerminal ? (isLast ? ['└─ ', '   '] : ['├─ ', '│  ']) : ['- ', '  ']
  const indent = `     ${dim(String(trunk), terminal)}`
  const blank = `     ${trunk}`.length
  const about = name === 'payload' ? '' : `  ${title}, ${rfc}`
  const plain = fields.filter(({ mark }) => mark === undefined)
  const lines = [
    `     ${dim(String(branch), terminal)}${inColour(name, 36, terminal)}${dim(`${about}, ${counted(length, 'byte')}`, terminal)}`,
    ...flow(plain, blank, terminal).map((line) => `${indent}${line}`),
  ]
  for (const field of fields)
    if (field.mark !== undefined)
      lines.push(
        ...marked(
          `${field.name} ${fieldText(field)}  <- ${markText(field, field.mark)}`,
          field.mark.kind,
          indent,
          blank,
          terminal,
        ),
      )
  for (const problem of problems) lines.push(...marked(problem, 'wrong', indent, blank, terminal))
  return lines
}

function marked(text: string, kind: Mark['kind'], indent: string, blank: number, terminal: Terminal): string[] {
  const sign = kind === 'wrong' ? '! ' : '~ '
  const lines = hanging(text, ' '.repeat(blank) + sign, ' '.repeat(blank + 4), terminal)
  return lines.map((line) => `${indent}${paint(line.slice(blank), kind, terminal)}`)
}

function paint(text: string, kind: Mark['kind'], terminal: Terminal): string {
  return inColour(text, kind === 'wrong' ? 31 : 33, terminal)
}

/** Names and values one after another, in lines that fit. */
function flow(fields: readonly AnalysedField[], used: number, terminal: Terminal): string[] {
  const room = widthOf(terminal) - used
  const lines: string[] = []
  let line = ''
  let length = 0
  for (const field of fields) {
    const value = fieldText(field)
    const size = field.name.length + 1 + value.length
    if (length > 0 && length + 3 + size > room) {
      lines.push(line)
      line = ''
      length = 0
    }
    line += `${length > 0 ? '   ' : ''}${dim(field.name, terminal)} ${value}`
    length += (length > 0 ? 3 : 0) + size
  }
  return length > 0 ? [...lines, line] : lines
}

/** Text in lines that fit, the first with one indentation, the others with another. */
function hanging(text: string, first: string, others: string, terminal: Terminal): string[] {
  const width = widthOf(terminal)
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = others
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}

function widthOf({ isTerminal, columns }: Terminal): number {
  return isTerminal ? Math.max(40, Math.min(columns, 120)) : usualWidth
}

function foldLines({ shown, folded }: Fold, terminal: Terminal): string[] {
  const [first] = folded
  if (first === undefined) return []
  const like = shown.length === 1 ? 'like this' : `like these ${shown.length}, in the same order`
  const range = folded.length === 1 ? `frame ${first.number}` : `frames ${first.number} to ${folded.at(-1)?.number}`
  const text = `... ${folded.length} more ${like} (${range})`
  const varying = shown.flatMap((frame, place) =>
    variations([frame, ...folded.filter((_, index) => index % shown.length === place)]),
  )
  const distinct = [...new Map(varying.map((each) => [`${each.layer}.${each.field}`, each])).values()]
  const parts = distinct
    .slice(0, variationsShown)
    .map(({ layer, field, first, last }) => `${layer}.${field} ${valueText(first, field)} to ${valueText(last, field)}`)
  const more = distinct.length > variationsShown ? [`and ${distinct.length - variationsShown} more fields`] : []
  const differing =
    parts.length === 0 ? [] : hanging(`what differs: ${[...parts, ...more].join('; ')}`, '     ', '       ', terminal)
  return ['', ...[`     ${text}`, ...differing].map((line) => dim(line, terminal))]
}
