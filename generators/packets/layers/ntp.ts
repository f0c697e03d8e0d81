import { bytes } from '../byte-fields.ts'
import { bits, numberOf, u8, u16, u32, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { u64 } from '../wide-number.ts'

const modes = { symmetricActive: 1, symmetricPassive: 2, client: 3, server: 4, broadcast: 5, control: 6, private: 7 }
const mode = (values: Values) => numberOf(values, 'mode')
const time = { when: (values: Values) => mode(values) < modes.control }
const control = { when: (values: Values) => mode(values) === modes.control }
const administration = { when: (values: Values) => mode(values) === modes.private }

/** An NTP message: time, control (mode 6) or private (mode 7). RFC 5905 §7.3, RFC 9327 §2, RFC 1305 appendix B. */
export const ntp = defineLayer({
  name: 'ntp',
  title: 'Network Time Protocol message',
  rfc: 'RFC 5905 §7.3',
  fields: {
    leap: bits(2, 'Leap second; in mode 7 the bits response and more.'),
    version: bits(3, 'Version.', { initial: 4 }),
    mode: bits(3, 'Kind of message.', { initial: modes.client, names: modes }),
    stratum: u8('Distance from a clock.', time),
    poll: u8('Seconds between messages, as a power of two.', { initial: 6, ...time }),
    precision: u8('Precision of the clock, as a power of two.', { initial: 0xe8, ...time }),
    rootDelay: u32('Round trip to the clock.', time),
    rootDispersion: u32('Largest error.', time),
    referenceId: u32('Clock or server that is followed.', time),
    referenceTimestamp: u64('When the clock was last set.', time),
    originTimestamp: u64('When the client sent.', time),
    receiveTimestamp: u64('When the server received.', time),
    transmitTimestamp: u64('When this message was sent.', time),
    response: bits(1, 'Whether this is an answer, in mode 6.', control),
    error: bits(1, 'Whether it failed, in mode 6.', control),
    more: bits(1, 'Whether more follows, in mode 6.', control),
    opcode: bits(5, 'What is asked for, in mode 6.', { initial: 2, ...control }),
    sequence: u16('Ties answer to request, in mode 6.', { initial: 1, ...control }),
    status: u16('Status, in mode 6.', control),
    associationId: u16('Peer that is meant, in mode 6.', control),
    offset: u16('Where the data goes, in mode 6.', control),
    count: u16('Bytes of data, in mode 6.', { computed: 'size of the data', ...control }),
    authenticated: bits(1, 'Whether a key is used, in mode 7.', administration),
    privateSequence: bits(7, 'Number of the message, in mode 7.', administration),
    implementation: u8('3 is the reference implementation, in mode 7.', { initial: 3, ...administration }),
    requestCode: u8('What is asked for, in mode 7; 42 is the list of clients.', { initial: 42, ...administration }),
    errorCode: bits(4, 'Whether it failed, in mode 7.', administration),
    itemCount: bits(12, 'Items of data, in mode 7.', administration),
    itemReserved: bits(4, 'Reserved, in mode 7.', administration),
    itemSize: bits(12, 'Bytes of an item, in mode 7.', administration),
    data: bytes('Data, extensions or a message authentication code.'),
  },
  boundTo: { udpPort: 123 },
  complete: ({ data }) => ({ count: Math.min(0xffff, data.length) }),
  inspect: (values) => [
    ...(values.version >= 1 && values.version <= 4 ? [] : [`version is ${values.version}, which is not defined`]),
    ...(mode(values) === 0 ? ['mode is 0, which is reserved'] : []),
  ],
})
