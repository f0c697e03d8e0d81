import { concatBytes, parseBytes, shown } from './bytes.ts'
import { textOrBytes } from './dns-data.ts'
import { type BytesField, u8 } from './field.ts'
import { PacketError } from './packet-error.ts'

const iac = 0xff
const commands = {
  SE: 240,
  NOP: 241,
  DM: 242,
  BRK: 243,
  IP: 244,
  AO: 245,
  AYT: 246,
  EC: 247,
  EL: 248,
  GA: 249,
  SB: 250,
  WILL: 251,
  WONT: 252,
  DO: 253,
  DONT: 254,
}
const options = {
  ECHO: 1,
  SUPPRESS_GO_AHEAD: 3,
  STATUS: 5,
  TERMINAL_TYPE: 24,
  NAWS: 31,
  TERMINAL_SPEED: 32,
  LINEMODE: 34,
  NEW_ENVIRON: 39,
}
const commandField = u8('Command.', { names: commands })
const optionField = u8('Option.', { names: options })

/** A command with what belongs to it; without a command, data. */
export interface TelnetItem {
  command?: number
  option?: number
  data?: Uint8Array
}

/**
 * Data and commands in the order of the wire. Data is bytes; a command is `{ command: WILL, option: ECHO }`, and
 * `{ command: SB, option: TERMINAL_TYPE, data }` is closed by IAC SE. Bytes of 255 in data are doubled. RFC 854, RFC 855.
 */
export function telnetItems(doc: string): BytesField<TelnetItem[]> {
  return {
    kind: 'bytes',
    type: 'list of { command, option, data } or bytes',
    doc,
    names: commands,
    initial: [{ command: commands.NOP }],
    parse: (raw, where) => {
      if (!Array.isArray(raw)) throw new PacketError(where, `${shown(raw)} is not a list`)
      return raw.map((item, index) => parseItem(item, `${where}[${index}]`))
    },
    present: (value) =>
      value.map(({ command, option, data }) =>
        command === undefined
          ? textOrBytes(data as Uint8Array)
          : { command, ...(option === undefined ? {} : { option }), ...(data === undefined ? {} : { data }) },
      ),
    encode: (value) => concatBytes(value.flatMap(encodeItem)),
    decode: (bytes, start, _values, problems) => {
      const list: TelnetItem[] = []
      let offset = start
      while (offset < bytes.length) {
        const read = decodeItem(bytes, offset)
        if (read === undefined) {
          problems.push('a command is cut short')
          break
        }
        list.push(read[0])
        offset = read[1]
      }
      return [list, offset]
    },
  }
}

function parseItem(raw: unknown, where: string): TelnetItem {
  if (typeof raw !== 'object' || raw === null || !('command' in raw)) return { data: parseBytes(raw, where) }
  const { command, option, data } = raw as { command: unknown; option?: unknown; data?: unknown }
  return {
    command: commandField.parse(command, `${where}.command`),
    ...(option === undefined ? {} : { option: optionField.parse(option, `${where}.option`) }),
    ...(data === undefined ? {} : { data: parseBytes(data, `${where}.data`) }),
  }
}

function encodeItem({ command, option, data }: TelnetItem): Uint8Array[] {
  const escaped = data === undefined ? new Uint8Array(0) : doubled(data)
  if (command === undefined) return [escaped]
  const head = option === undefined ? [iac, command] : [iac, command, option]
  if (command !== commands.SB) return [Uint8Array.from(head), escaped]
  return [Uint8Array.from(head), escaped, Uint8Array.of(iac, commands.SE)]
}

/** One item and where it ends; undefined if its end is not there. */
function decodeItem(bytes: Uint8Array, start: number): [TelnetItem, number] | undefined {
  if (bytes[start] !== iac || bytes[start + 1] === iac) {
    const end = endOfData(bytes, start)
    return end === start ? undefined : [{ data: single(bytes.subarray(start, end)) }, end]
  }
  const command = bytes[start + 1]
  if (command === undefined) return undefined
  if (command < commands.SB) return [{ command }, start + 2]
  const option = bytes[start + 2]
  if (option === undefined) return undefined
  if (command !== commands.SB) return [{ command, option }, start + 3]
  const end = endOfData(bytes, start + 3)
  if (bytes[end] !== iac || bytes[end + 1] !== commands.SE) return undefined
  const data = single(bytes.subarray(start + 3, end))
  return [{ command, option, ...(data.length === 0 ? {} : { data }) }, end + 2]
}

/** Where the next IAC stands that is not doubled. */
function endOfData(bytes: Uint8Array, start: number): number {
  let at = bytes.indexOf(iac, start)
  while (at >= 0 && bytes[at + 1] === iac) at = bytes.indexOf(iac, at + 2)
  return at < 0 ? bytes.length : at
}

function doubled(data: Uint8Array): Uint8Array {
  if (!data.includes(iac)) return data
  return Uint8Array.from([...data].flatMap((byte) => (byte === iac ? [iac, iac] : [byte])))
}

function single(data: Uint8Array): Uint8Array {
  if (!data.includes(iac)) return data
  const kept: number[] = []
  for (let index = 0; index < data.length; index++) {
    kept.push(data[index] as number)
    if (data[index] === iac) index++
  }
  return Uint8Array.from(kept)
}
