import { bytes } from '../byte-fields.ts'
import { numberOf, u16, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'
import { zeroTerminated } from '../zero-terminated.ts'

const opcodes = { RRQ: 1, WRQ: 2, DATA: 3, ACK: 4, ERROR: 5, OACK: 6 }
const errors = { fileNotFound: 1, accessViolation: 2, diskFull: 3, illegalOperation: 4, unknownTransferId: 5 }

const is = (...names: (keyof typeof opcodes)[]) => {
  const numbers = names.map((name) => opcodes[name])
  return { when: (values: Values) => numbers.includes(numberOf(values, 'opcode')) }
}

/** One TFTP packet. RFC 1350 §5, options as in RFC 2347. */
export const tftp = defineLayer({
  name: 'tftp',
  title: 'TFTP packet',
  rfc: 'RFC 1350 §5',
  fields: {
    opcode: u16('Kind of packet.', { initial: opcodes.RRQ, names: opcodes }),
    filename: zeroTerminated('Name of the file.', { initial: 'file', ...is('RRQ', 'WRQ') }),
    mode: zeroTerminated('netascii, octet or mail.', { initial: 'octet', ...is('RRQ', 'WRQ') }),
    options: structList(
      'options',
      'Options that are asked for or agreed.',
      { name: zeroTerminated('Name of the option.'), value: zeroTerminated('Its value.') },
      is('RRQ', 'WRQ', 'OACK'),
    ),
    block: u16('Number of the block.', { initial: 1, ...is('DATA', 'ACK') }),
    errorCode: u16('What went wrong; 0 is told in the message.', { names: errors, ...is('ERROR') }),
    errorMessage: zeroTerminated('What went wrong, in words.', is('ERROR')),
    data: bytes('Data of a block, or whatever else is left.'),
  },
  boundTo: { udpPort: 69 },
  inspect: ({ opcode, data }) => {
    if (opcode < 1 || opcode > 6) return [`opcode is ${opcode}, which is not known`]
    if (opcode !== opcodes.DATA && data.length > 0) return [`${data.length} bytes after the end of the packet`]
    return data.length > 512 ? [`${data.length} bytes of data, 512 are a block`] : []
  },
})
