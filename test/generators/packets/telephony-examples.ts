import { type Example, eth, ip4, layer } from './example.ts'

const headers = {
  Via: 'SIP/2.0/UDP 198.18.0.1;branch=z9hG4bK1',
  From: '<sip:alice@example.com>;tag=1',
  To: '<sip:bob@example.com>',
  'Call-ID': 'call-1@198.18.0.1',
  CSeq: '1 OPTIONS',
  'Max-Forwards': 70,
}
const inDatagram = (sourcePort: number, destinationPort: number, name: string, values: Record<string, unknown>) => [
  eth,
  ip4,
  layer('udp', { sourcePort, destinationPort }),
  layer(name, values),
]

/** Correct packets of SIP, RTP and syslog. */
export const telephonyExamples: Example[] = [
  { name: 'SIP request', stack: inDatagram(5061, 5060, 'sip', { requestUri: 'sip:bob@example.com', headers }) },
  { name: 'SIP response', stack: inDatagram(5060, 5062, 'sip', { status: 200, headers }) },
  {
    name: 'RTP packet',
    stack: [...inDatagram(5004, 5005, 'rtp', {}), layer('payload', { data: { repeat: { byte: 0xd5, count: 160 } } })],
  },
  {
    name: 'RTP packet with sources and an extension',
    stack: inDatagram(40401, 5004, 'rtp', {
      csrc: [{ source: 7 }],
      extensionProfile: 0xbede,
      extensionData: { hex: '10010000' },
    }),
  },
  {
    name: 'syslog message',
    stack: inDatagram(40402, 514, 'syslog', {
      priority: 34,
      timestamp: '2026-11-24T10:00:00Z',
      hostname: 'web',
      appName: 'su',
      msgId: 'ID47',
      msg: 'su root failed',
    }),
  },
]
