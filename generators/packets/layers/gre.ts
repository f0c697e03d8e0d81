import { bytes } from '../byte-fields.ts'
import { internetChecksum } from '../checksum.ts'
import { bits, flags, numberOf, u8, u16, u32, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'

const has = (values: Values, bit: number) => (numberOf(values, 'flags') & bit) !== 0
const isVersion1 = (values: Values) => numberOf(values, 'version') === 1
const hasChecksum = (values: Values) => has(values, 16) || has(values, 8)
const hasKey = (values: Values) => has(values, 4)

/**
 * Generic routing encapsulation, version 0 and the version 1 of PPTP. A value for an optional field sets its flag.
 * RFC 1701, RFC 2784 §2.1, RFC 2890 §2, RFC 2637 §4.1.
 */
export const gre = defineLayer({
  name: 'gre',
  title: 'Generic routing encapsulation',
  rfc: 'RFC 2784, RFC 2890, RFC 1701, RFC 2637 §4.1',
  fields: {
    flags: flags(
      5,
      { C: 16, R: 8, K: 4, S: 2, s: 1 },
      'Checksum, routing, key, sequence number, strict source route.',
      {
        computed: 'from the optional fields that are given; K and S in version 1',
      },
    ),
    recursion: bits(3, 'Further encapsulations allowed, RFC 1701.'),
    acknowledgmentPresent: bits(1, 'Version 1: an acknowledgment number follows. A reserved bit in version 0.', {
      computed: 'from acknowledgmentNumber',
    }),
    reservedFlags: bits(4, 'Reserved.'),
    version: bits(3, '0, or 1 in PPTP.'),
    protocolType: u16('Ethertype of what is inside.', { initial: 0x88b5, computed: 'by the layer inside' }),
    checksum: u16('Covers the whole.', { when: hasChecksum, computed: 'Internet checksum if flag C is set' }),
    offset: u16('Where the active route is, or reserved.', { when: hasChecksum }),
    key: u32('Key.', { when: (values) => hasKey(values) && !isVersion1(values) }),
    payloadLength: u16('Version 1: bytes of payload.', {
      when: (values) => hasKey(values) && isVersion1(values),
      computed: 'size of what is inside',
    }),
    callId: u16('Version 1: call of the peer.', { when: (values) => hasKey(values) && isVersion1(values) }),
    sequenceNumber: u32('Counts packets.', { when: (values) => has(values, 2) }),
    acknowledgmentNumber: u32('Version 1: highest number received.', {
      when: (values) => isVersion1(values) && numberOf(values, 'acknowledgmentPresent') === 1,
    }),
    routing: structList(
      'routing',
      'Source route entries; an empty one is last, RFC 1701.',
      {
        addressFamily: u16('Ethertype of the addresses.'),
        offset: u8('Where the active one is.'),
        length: u8('Bytes of addresses.'),
        data: bytes('Addresses.', { length: (values) => numberOf(values, 'length'), label: 'routing' }),
      },
      {
        when: (values) => has(values, 8),
        complete: ({ data }) => ({ length: (data as Uint8Array).length }),
        last: ({ addressFamily, length }) => addressFamily === 0 && length === 0,
      },
    ),
  },
  boundTo: { ipProtocol: 47 },
  carries: { space: 'etherType', fields: ['protocolType'] },
  checksum: {
    field: 'checksum',
    offset: (values) => (hasChecksum(values) ? 4 : undefined),
    compute: (bytes, values) => (has(values, 16) ? internetChecksum(bytes) : undefined),
  },
  imply: ({ checksum, routing, key, sequenceNumber, version, acknowledgmentNumber, callId }) => ({
    flags:
      (checksum === undefined ? 0 : 16) +
      (routing === undefined ? 0 : 8) +
      (key === undefined && callId === undefined && version !== 1 ? 0 : 4) +
      (sequenceNumber === undefined && version !== 1 ? 0 : 2),
    acknowledgmentPresent: acknowledgmentNumber === undefined ? 0 : 1,
  }),
  complete: (_values, payload) => ({ payloadLength: Math.min(0xffff, payload.length) }),
  inspect: ({ version }) => (version <= 1 ? [] : [`version is ${version}, not 0 or 1`]),
})
