import { eth, ip4, layer } from './example.ts'
import type { Malformed } from './malformed.ts'

const segment = layer('tcp', { sourcePort: 40200, destinationPort: 8080, flags: ['ACK', 'PSH'] })
const datagram = layer('udp', { sourcePort: 40300, destinationPort: 443 })
const inSegment = (values: Record<string, unknown>) => [eth, ip4, segment, layer('http2', values)]
const inDatagram = (values: Record<string, unknown>) => [eth, ip4, datagram, layer('quic', values)]

/** Malformed frames of HTTP/2 and packets of QUIC; sizes with 40 bytes of IP and TCP, or 28 of IP and UDP. */
export const malformedWeb: Malformed[] = [
  {
    name: 'HTTP/2 WINDOW_UPDATE of 3 bytes',
    stack: inSegment({ type: 'WINDOW_UPDATE', length: 3, truncate: 12 }),
    size: 52,
    at: { 40: '000003 08 00 00000001' },
    problem: /http2: cut short: 12 bytes/,
  },
  {
    name: 'HTTP/2 SETTINGS of 5 bytes',
    stack: inSegment({ data: { hex: '0003000000' } }),
    size: 54,
    at: { 40: '000005 04 00 00000000' },
    problem: /5 bytes more than the frame may have/,
  },
  {
    name: 'HTTP/2 frame of the connection on a stream',
    stack: inSegment({ type: 'PING', streamIdentifier: 3 }),
    size: 57,
    problem: /stream 3 in a frame of the connection/,
  },
  {
    name: 'HTTP/2 DATA on stream 0',
    stack: inSegment({ type: 'DATA', streamIdentifier: 0, data: 'x' }),
    size: 50,
    problem: /stream 0 in a frame of a stream/,
  },
  {
    name: 'HTTP/2 window that grows by nothing',
    stack: inSegment({ type: 'WINDOW_UPDATE', windowSizeIncrement: 0 }),
    size: 53,
    problem: /windowSizeIncrement is 0/,
  },
  {
    name: 'HTTP/2 padding longer than its frame',
    stack: inSegment({ type: 'DATA', data: 'x', padLength: 200 }),
    size: 51,
    at: { 40: '000002 00 08 00000001 c8' },
    problem: /padding: 200 bytes announced, 1/,
  },
  {
    name: 'HTTP/2 frame that announces more than there is',
    stack: inSegment({ type: 'DATA', length: 70000, data: 'x' }),
    size: 50,
    at: { 40: '011170' },
    problem: /frame: 70000 bytes announced, 1/,
  },
  {
    name: 'HTTP/2 header whose value does not end',
    stack: inSegment({ type: 'HEADERS', headers: [{ name: 'x', value: 'y', valueLength: 100 }] }),
    size: 54,
    at: { 49: '00 01 78 64 79' },
    problem: /headers end in the middle of one/,
  },
  {
    name: 'HTTP/2 header of index 0',
    stack: inSegment({ type: 'HEADERS', headers: [{ index: 0 }] }),
    size: 50,
    at: { 49: '80' },
    problem: /index 0/,
  },
  {
    name: 'QUIC packet without the fixed bit',
    stack: [eth, ip4, layer('udp', { destinationPort: 443 }), layer('quic'), layer('quic', { fixedBit: 0 })],
    size: 28 + 2 * 38,
    problem: /fixedBit is 0/,
  },
  {
    name: 'QUIC CRYPTO frame that is longer than its packet',
    stack: inDatagram({ frames: [{ type: 'CRYPTO', length: 500, data: 'hello' }] }),
    size: 28 + 43,
    problem: /frames end in the middle of one/,
  },
  {
    name: 'QUIC frame of a kind that is not known',
    stack: inDatagram({ frames: ['PING', { raw: { hex: '3f000000' } }] }),
    size: 28 + 39,
    problem: /of no known kind/,
  },
  {
    name: 'QUIC reserved bits in use',
    stack: inDatagram({ reserved: 3 }),
    size: 28 + 38,
    problem: /reserved is 3/,
  },
  {
    name: 'QUIC length beyond the datagram',
    stack: inDatagram({ length: 1000 }),
    size: 28 + 39,
    at: { 44: '43e8' },
    problem: /frames: 99\d bytes announced/,
  },
]
