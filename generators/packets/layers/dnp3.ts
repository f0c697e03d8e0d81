import { dataSize, dnp3Crc, fromBlocks } from '../dnp3-blocks.ts'
import { userDataField } from '../dnp3-user-data.ts'
import { bits, numberOf, u8, u16, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { u16le } from '../little-endian.ts'
import { defineStruct, encodeStruct } from '../struct.ts'

const startBytes = 0x0564
/** Bytes that the length counts before the user data: control and addresses. */
const smallest = 5

const header = {
  start: u16('0x0564.', { initial: startBytes }),
  length: u8('Bytes from here on, but for the CRCs.', { computed: 'from what follows' }),
  dir: bits(1, 'Sent by the master.', { initial: 1 }),
  prm: bits(1, 'Sent by the side that began.', { initial: 1 }),
  fcb: bits(1, 'Frame count bit.'),
  fcv: bits(1, 'Frame count valid; data flow control in an answer.'),
  linkFunction: bits(4, '4 is user data that nobody confirms.', { initial: 4 }),
  destination: u16le('Address of the receiver.', { initial: 1 }),
  source: u16le('Address of the sender.', { initial: 2 }),
}
const headerStruct = defineStruct(header)

/**
 * One DNP3 link frame with the transport segment and the application message in it; further frames are `dnp3`
 * layers inside. IEEE 1815-2012 §9.
 */
export const dnp3 = defineLayer({
  name: 'dnp3',
  title: 'DNP3 link frame',
  rfc: 'IEEE 1815 §9',
  fields: {
    ...header,
    crc: u16le('CRC of the eight bytes before.', { computed: 'CRC of the header' }),
    userData: userDataField('Transport segment and application message.', (values) =>
      Math.max(0, numberOf(values, 'length') - smallest),
    ),
  },
  boundTo: { tcpPort: 20000, udpPort: 20000 },
  imply: (given) => {
    const length = given.length ?? Math.min(0xff, smallest + dataSize(given.userData?.length ?? 0))
    return { length, crc: headerCrc({ ...given, length }) }
  },
  next: (_values, following) => (following.length > 0 ? 'dnp3' : undefined),
  inspect: (values) => {
    const problems: string[] = []
    const { start, length, crc, userData } = values
    if (start !== startBytes) problems.push(`start is 0x${start.toString(16)}, not 0x0564`)
    if (length < smallest) problems.push(`length is ${length}, the header takes ${smallest}`)
    if (crc !== headerCrc(values)) problems.push(`crc is ${hex(crc)}, right would be ${hex(headerCrc(values))}`)
    fromBlocks(userData).right.forEach((isRight, index) => {
      if (!isRight) problems.push(`the CRC of block ${index + 1} of the user data is wrong`)
    })
    return problems
  },
})

function headerCrc(values: Values): number {
  return dnp3Crc(encodeStruct(headerStruct, values))
}

function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(4, '0')}`
}
