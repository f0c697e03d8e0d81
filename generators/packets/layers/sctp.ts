import { bytes } from '../byte-fields.ts'
import { concatBytes } from '../bytes.ts'
import { crc32c } from '../crc32c.ts'
import { numberOf, u8, u16, u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'

const types = {
  DATA: 0,
  INIT: 1,
  INIT_ACK: 2,
  SACK: 3,
  HEARTBEAT: 4,
  HEARTBEAT_ACK: 5,
  ABORT: 6,
  SHUTDOWN: 7,
  SHUTDOWN_ACK: 8,
  ERROR: 9,
  COOKIE_ECHO: 10,
  COOKIE_ACK: 11,
  SHUTDOWN_COMPLETE: 14,
}

const padded = (size: number) => size + ((4 - (size % 4)) % 4)

const chunks = structList(
  'chunks',
  'Chunks.',
  {
    type: u8('What the chunk is.', { names: types }),
    flags: u8('Flags of this kind of chunk.'),
    length: u16('Bytes of the chunk, without its padding.', { computed: 'header and value' }),
    value: bytes('Value.', { label: 'value', length: (values) => numberOf(values, 'length') - 4 }),
    padding: bytes('Zeros up to a whole word.', {
      label: 'padding',
      computed: 'zeros',
      length: (values) => padded(numberOf(values, 'length')) - numberOf(values, 'length'),
    }),
  },
  {
    complete: ({ value }) => {
      const size = (value as Uint8Array).length
      return { length: Math.min(0xffff, 4 + size), padding: new Uint8Array(padded(size) - size) }
    },
  },
)

/** Stream control transmission protocol; its chunks are a list. RFC 9260 §3. */
export const sctp = defineLayer({
  name: 'sctp',
  title: 'Stream control transmission protocol',
  rfc: 'RFC 9260 §3',
  fields: {
    sourcePort: u16('Port of the sender.'),
    destinationPort: u16('Port of the receiver.'),
    verificationTag: u32('Names the association; 0 in INIT.'),
    checksum: u32('CRC-32C of the whole, lowest byte first.', { computed: 'over header, chunks and payload' }),
    chunks,
  },
  boundTo: { ipProtocol: 132 },
  complete: (values, payload) => {
    const header = new Uint8Array(12)
    const view = new DataView(header.buffer)
    view.setUint16(0, values.sourcePort)
    view.setUint16(2, values.destinationPort)
    view.setUint32(4, values.verificationTag)
    view.setUint32(8, crc32c(concatBytes([header, chunks.encode(values.chunks, values), payload])), true)
    return { checksum: view.getUint32(8) }
  },
})
