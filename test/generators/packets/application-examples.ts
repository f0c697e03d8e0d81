import { type Example, eth, ip4, layer } from './example.ts'

/** Correct packets of DNS and HTTP. */
export const applicationExamples: Example[] = [
  {
    name: 'DNS query',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 40000 }),
      layer('dns', { id: 1, questions: [{ name: 'www.example.com', type: 'AAAA' }] }),
    ],
  },
  {
    name: 'DNS answer',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 53, destinationPort: 40000 }),
      layer('dns', {
        id: 1,
        ra: 1,
        questions: [{ name: 'www.example.com' }],
        answers: [
          { name: [{ pointer: 12 }], data: { name: ['web', { pointer: 16 }] } },
          { name: 'web.example.com', data: { address: '192.0.2.1' } },
          { name: 'web.example.com', data: { address: '2001:db8::1' } },
        ],
        authorities: [
          { name: 'example.com', type: 'NS', data: { name: 'ns.example.com' } },
          { name: 'example.com', data: { mname: 'ns.example.com', rname: 'root.example.com', serial: 1 } },
        ],
        additionals: [
          { name: 'example.com', data: { preference: 10, exchange: 'mail.example.com' } },
          { name: 'example.com', data: { texts: ['one', 'two'] } },
          { name: '_sip._udp.example.com', data: { priority: 1, weight: 2, port: 5060, target: 'sip.example.com' } },
        ],
      }),
    ],
  },
  {
    name: 'DNS over TCP',
    stack: [
      eth,
      ip4,
      layer('tcp', { sourcePort: 40005, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
      layer('dnsOverTcp'),
      layer('dns', { id: 2, questions: [{ name: 'example.com', type: 'SOA' }] }),
    ],
  },
  {
    name: 'HTTP request',
    stack: [
      eth,
      ip4,
      layer('tcp', { sourcePort: 40006, sequenceNumber: 1, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
      layer('http', { method: 'POST', target: '/form', headers: { Host: 'www.example.com' }, body: 'a=1' }),
    ],
  },
  {
    name: 'HTTP response',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 80,
        destinationPort: 40007,
        sequenceNumber: 1,
        acknowledgmentNumber: 1,
        flags: ['ACK', 'PSH'],
      }),
      layer('http', { status: 404, reason: 'Not Found', headers: ['Server: test'] }),
    ],
  },
]
