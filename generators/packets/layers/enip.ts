import { bytes, fixedBytes } from '../byte-fields.ts'
import { numberOf, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { u16le, u32le } from '../little-endian.ts'
import { shape, shapedField } from '../shaped.ts'
import { structList } from '../struct-list.ts'

const commands = {
  NOP: 0,
  ListServices: 4,
  ListIdentity: 0x63,
  ListInterfaces: 0x64,
  RegisterSession: 0x65,
  UnRegisterSession: 0x66,
  SendRRData: 0x6f,
  SendUnitData: 0x70,
}
const known: number[] = Object.values(commands)

const registerSession = shape('registerSession', {
  protocolVersion: u16le('1.', { initial: 1 }),
  optionsFlags: u16le('0.'),
})

const sendData = shape(
  'sendData',
  {
    interfaceHandle: u32le('0 is CIP.'),
    timeout: u16le('Seconds.', { initial: 5 }),
    itemCount: u16le('Number of items.', { initial: 2, computed: 'from the list' }),
    items: structList(
      'items',
      'Common packet format: an address and data.',
      {
        typeId: u16le('0 is no address, 0xb2 data without a connection.'),
        length: u16le('Bytes.', { computed: 'size of the data' }),
        data: bytes('Address or CIP message.', { label: 'item', length: (values) => numberOf(values, 'length') }),
      },
      {
        count: (values) => numberOf(values, 'itemCount'),
        complete: ({ data }) => ({ length: (data as Uint8Array).length }),
      },
    ),
  },
  ({ items }) => ({ itemCount: items.length }),
)

const numbers: Readonly<Record<string, number>> = {
  registerSession: commands.RegisterSession,
  sendData: commands.SendRRData,
}

/** One EtherNet/IP encapsulation message; further ones are `enip` layers inside. CIP volume 2 §2-3. */
export const enip = defineLayer({
  name: 'enip',
  title: 'EtherNet/IP encapsulation message',
  rfc: 'CIP volume 2 §2-3',
  fields: {
    command: u16le('What is asked for.', {
      names: commands,
      computed: 'from the data',
      initial: commands.ListIdentity,
    }),
    length: u16le('Bytes of data.', { computed: 'size of the data' }),
    sessionHandle: u32le('Session.'),
    status: u32le('0 is success.'),
    senderContext: fixedBytes(8, 'Sent back as it is.'),
    options: u32le('0.'),
    data: shapedField('Data of the command.', [registerSession, sendData], {
      label: 'data',
      pick: dataOf,
      length: (values) => numberOf(values, 'length'),
    }),
  },
  boundTo: { tcpPort: 44818, udpPort: 44818 },
  imply: ({ data }) => {
    const command = data?.shape === undefined ? undefined : numbers[data.shape]
    const length = Math.min(0xffff, data?.bytes.length ?? 0)
    return command === undefined ? { length } : { command, length }
  },
  next: (_values, following) => (following.length > 0 ? 'enip' : undefined),
  inspect: ({ command }) =>
    known.includes(command) ? [] : [`command is 0x${command.toString(16)}, which is not defined`],
})

function dataOf(values: Values, bytes: Uint8Array): string | undefined {
  const command = numberOf(values, 'command')
  if (bytes.length === 0) return undefined
  if (command === commands.RegisterSession) return registerSession.name
  return command === commands.SendRRData || command === commands.SendUnitData ? sendData.name : undefined
}
