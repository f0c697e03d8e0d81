import { eth, ip4, ip6, layer } from './example.ts'
import type { Malformed } from './malformed.ts'

const udp = layer('udp', { sourcePort: 40000, destinationPort: 9999 })
const syn = { sourcePort: 40000, destinationPort: 9999, flags: ['SYN'] }
const data = layer('payload', { data: 'hello' })

/** Malformed link layers, transports, tunnels and DNS. */
export const malformedOthers: Malformed[] = [
  {
    name: 'UDP of 6 bytes',
    stack: [eth, ip4, layer('udp', { ...udp.values, truncate: 6 })],
    size: 26,
    at: { 2: '001a' },
    problem: /udp: cut short: 6 bytes/,
  },
  {
    name: 'UDP length beyond the packet',
    stack: [eth, ip4, layer('udp', { ...udp.values, length: 500 }), data],
    size: 33,
    at: { 24: '01f4' },
    problem: /492 bytes of payload announced, 5/,
  },
  {
    name: 'UDP length below 8',
    stack: [eth, ip4, layer('udp', { ...udp.values, length: 4 }), data],
    size: 33,
    at: { 24: '0004' },
    problem: /ends inside the header/,
  },
  {
    name: 'no UDP checksum over IPv6',
    stack: [eth, ip6, layer('udp', { ...udp.values, checksum: 0 })],
    size: 48,
    problem: /which IPv6 does not allow/,
  },
  {
    name: '12 bytes of TCP header',
    stack: [eth, ip4, layer('tcp', { ...syn, truncate: 12 })],
    size: 32,
    problem: /tcp: cut short: 12 bytes/,
  },
  {
    name: 'data offset beyond the segment',
    stack: [eth, ip4, layer('tcp', { ...syn, dataOffset: 15 })],
    size: 40,
    at: { 32: 'f002' },
    problem: /options: 40 bytes announced, 0/,
  },
  {
    name: 'data offset below 5',
    stack: [eth, ip4, layer('tcp', { ...syn, dataOffset: 4 })],
    size: 40,
    at: { 32: '4002' },
    problem: /dataOffset is 4/,
  },
  {
    name: 'MSS option with length 9',
    stack: [eth, ip4, layer('tcp', { ...syn, options: [{ type: 'mss', value: 1460, length: 9 }] })],
    size: 44,
    at: { 40: '020905b4' },
    problem: /option 2 at byte 0 has length 9, 5 bytes more/,
  },
  {
    name: 'MSS option with data of another size',
    stack: [eth, ip4, layer('tcp', { ...syn, options: [{ type: 'mss', data: { hex: '01' } }] })],
    size: 44,
    at: { 40: '02030100' },
    problem: /mss cannot have 1 bytes of data/,
  },
  {
    name: 'GRE of 3 bytes',
    stack: [eth, ip4, layer('gre', { truncate: 3 })],
    size: 23,
    problem: /gre: cut short: 3 bytes/,
  },
  {
    name: 'GRE flags without the fields they announce',
    stack: [eth, ip4, layer('gre', { flags: ['C', 'K', 'S'], truncate: 4 })],
    size: 24,
    at: { 20: 'b000' },
    problem: /gre: cut short/,
  },
  {
    name: 'GRE of version 3',
    stack: [eth, ip4, layer('gre', { version: 3 })],
    size: 24,
    at: { 20: '0003' },
    problem: /version is 3/,
  },
  {
    name: 'GRE version 1 without key',
    stack: [eth, ip4, layer('gre', { version: 1, flags: ['S'], sequenceNumber: 1 }), layer('ppp')],
    size: 30,
    at: { 20: '1001880b 00000001' },
    problem: /^ipv4 announced, nothing follows$/,
  },
  { name: 'VLAN tag of 2 bytes', stack: [eth, layer('dot1q', { truncate: 2 })], size: 2, problem: /dot1q: cut short/ },
  {
    name: 'MPLS without bottom of stack',
    stack: [eth, layer('mpls', { bottomOfStack: 0 })],
    size: 4,
    at: { 0: '00010040' },
    problem: /mpls announced, nothing follows/,
  },
  {
    name: 'PPPoE tag that is too long',
    stack: [eth, layer('pppoeDiscovery', { tags: [{ type: 'hostUniq', length: 200, data: 'abcd' }] })],
    size: 14,
    at: { 6: '010300c8' },
    problem: /tags: option 259 at byte 0 has length 200/,
  },
  {
    name: 'ARP with hardware addresses of 8 bytes announced',
    stack: [eth, layer('arp', { hardwareLength: 8 })],
    size: 28,
    at: { 4: '08' },
    problem: /arp: cut short/,
  },
  {
    name: 'DNS name that is cut',
    stack: [eth, ip4, layer('udp'), layer('dns', { questions: [{ name: { hex: '05616263' } }] })],
    size: 48,
    problem: /questions\[0\] cut short/,
  },
  {
    name: 'record data that is too long',
    stack: [
      eth,
      ip4,
      layer('udp'),
      layer('dns', { answers: [{ name: '.', dataLength: 400, data: { address: '192.0.2.1' } }] }),
    ],
    size: 55,
    problem: /record data: 400 bytes announced, 4/,
  },
  {
    name: 'MQTT connect whose protocol name is too long',
    stack: [
      eth,
      ip4,
      layer('tcp', { ...syn, destinationPort: 1883, flags: ['ACK'] }),
      layer('mqtt', { protocolName: { length: 200, data: 'MQTT' } }),
    ],
    size: 54,
    at: { 40: '100c00c8' },
    problem: /mqtt: cut short/,
  },
  {
    name: 'Modbus length of 2 for a read request',
    stack: [
      eth,
      ip4,
      layer('tcp', { ...syn, destinationPort: 502, flags: ['ACK'] }),
      layer('modbus', { length: 2, quantity: 8 }),
    ],
    size: 52,
    at: { 40: '0001 0000 0002 01 01 0000 0008' },
    problem: /length is 2, the fields take 6 bytes/,
  },
  {
    name: 'DNP3 with wrong CRCs',
    stack: [
      eth,
      ip4,
      layer('tcp', { ...syn, destinationPort: 20000, flags: ['ACK'] }),
      layer('dnp3', { crc: 0xdead, userData: { objects: [{ variation: 2 }], crcs: [0xbeef] } }),
    ],
    size: 58,
    at: { 40: '0564 0b c4 0100 0200 adde c0 c0 01 3c 02 06 efbe' },
    problem: /crc is 0xdead, right would be .*\n.*block 1 of the user data/,
  },
  {
    name: 'TLS session id beyond the ClientHello',
    stack: [
      eth,
      ip4,
      layer('tcp', { ...syn, destinationPort: 443, flags: ['ACK'] }),
      layer('tlsRecord'),
      layer('tlsHandshake'),
      layer('tlsClientHello', { sessionIdLength: 200 }),
    ],
    size: 90,
    at: { 40: '160303002d 01000029 0303', 83: 'c8' },
    problem: /tlsClientHello: cut short: 41 bytes are there/,
  },
]
