import { type Example, eth, ip4, ip6, layer, segment, text, udp } from './example.ts'

/** Correct packets of UDP and TCP. */
export const transportExamples: Example[] = [
  { name: 'UDP over IPv4', stack: [eth, ip4, udp, text] },
  { name: 'UDP over IPv6', stack: [eth, ip6, udp, text] },
  { name: 'UDP without checksum', stack: [eth, ip4, layer('udp', { ...udp.values, checksum: 0 }), text] },
  { name: 'TCP over IPv4', stack: [eth, ip4, segment, text] },
  { name: 'TCP over IPv6', stack: [eth, ip6, segment, text] },
  {
    name: 'SCTP INIT',
    stack: [
      eth,
      ip4,
      layer('sctp', {
        sourcePort: 40000,
        destinationPort: 9899,
        chunks: [{ type: 'INIT', value: { hex: '0000 0007 0001 0000 0001 0001 0000 0009' } }],
      }),
    ],
  },
  {
    name: 'SCTP with two DATA chunks, padded',
    stack: [
      eth,
      ip6,
      layer('sctp', {
        sourcePort: 40000,
        destinationPort: 9899,
        verificationTag: 7,
        chunks: [
          { type: 'DATA', flags: 3, value: [{ hex: '00000009 0000 0000 00000000' }, 'hello'] },
          { type: 'DATA', flags: 3, value: [{ hex: '0000000a 0000 0001 00000000' }, 'world!'] },
        ],
      }),
    ],
  },
  {
    name: 'TCP SYN with options',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 40001,
        destinationPort: 9999,
        flags: ['SYN'],
        options: [
          { type: 'mss', value: 1460 },
          'sackPermitted',
          { type: 'timestamps', value: 123456, echo: 0 },
          'nop',
          { type: 'windowScale', shift: 7 },
        ],
      }),
    ],
  },
  {
    name: 'TCP ACK with SACK blocks',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 40002,
        destinationPort: 9999,
        acknowledgmentNumber: 1,
        flags: ['ACK'],
        options: [
          'nop',
          'nop',
          {
            type: 'sack',
            blocks: [
              { left: 10, right: 20 },
              { left: 30, right: 40 },
            ],
          },
        ],
      }),
    ],
  },
  {
    name: 'TCP SYN with MD5 signature and fast open options',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 40003,
        destinationPort: 9999,
        flags: ['SYN'],
        options: [{ type: 'mss' }, { type: 'md5Signature' }, { type: 'fastOpen' }],
      }),
    ],
  },
  {
    name: 'TCP SYN with authentication and user timeout options',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 40004,
        destinationPort: 9999,
        flags: ['SYN'],
        options: [
          { type: 'mss' },
          { type: 'authentication', keyId: 1, nextKeyId: 2, mac: { repeat: { byte: 7, count: 12 } } },
          { type: 'userTimeout', value: 60 },
        ],
      }),
    ],
  },
]
