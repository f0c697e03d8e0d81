import { type Example, eth, ip4, layer } from './example.ts'

const inSegment = (sourcePort: number, destinationPort: number, name: string, values: Record<string, unknown>) => [
  eth,
  ip4,
  layer('tcp', { sourcePort, destinationPort, sequenceNumber: 1, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
  layer(name, values),
]

/** Correct packets of SMTP, FTP and TFTP. */
export const mailAndFileExamples: Example[] = [
  {
    name: 'SMTP command',
    stack: inSegment(40200, 25, 'smtp', { command: 'EHLO', argument: 'client.example.com' }),
  },
  {
    name: 'SMTP reply of several lines',
    stack: inSegment(25, 40201, 'smtp', { code: 250, text: ['mail.example.com', 'PIPELINING', 'SIZE 1000000'] }),
  },
  {
    name: 'SMTP mail with parts',
    stack: inSegment(40202, 25, 'smtp', {
      mail: {
        headers: { From: 'alice@example.com', Subject: 'hello', 'MIME-Version': '1.0' },
        boundary: 'b1',
        parts: [
          { headers: { 'Content-Type': 'text/plain' }, body: 'Good day.\n.hidden dot\n' },
          {
            headers: {
              'Content-Type': 'application/octet-stream; name="a.bin"',
              'Content-Transfer-Encoding': 'base64',
            },
            body: 'aGVsbG8=',
          },
        ],
      },
    }),
  },
  { name: 'FTP command', stack: inSegment(40203, 21, 'ftp', { command: 'USER', argument: 'anonymous' }) },
  { name: 'FTP reply', stack: inSegment(21, 40204, 'ftp', { code: 220, text: '(vsFTPd 3.0.5)' }) },
  {
    name: 'FTP reply of several lines',
    stack: inSegment(21, 40205, 'ftp', { code: 211, text: ['Features:', ' EPSV', 'End'] }),
  },
  {
    name: 'TFTP read request with options',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 40206 }),
      layer('tftp', { filename: 'boot.cfg', options: [{ name: 'blksize', value: '1024' }] }),
    ],
  },
  {
    name: 'TFTP write request',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 40207 }),
      layer('tftp', { opcode: 'WRQ', filename: 'a', mode: 'mail' }),
    ],
  },
  {
    name: 'TFTP data',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 69, destinationPort: 40208 }),
      layer('tftp', { opcode: 'DATA', data: 'hello' }),
    ],
  },
  {
    name: 'TFTP acknowledgment',
    stack: [eth, ip4, layer('udp', { sourcePort: 40209 }), layer('tftp', { opcode: 'ACK', block: 7 })],
  },
]
