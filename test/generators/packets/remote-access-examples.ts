import { type Example, eth, ip4, layer } from './example.ts'

const between = (sourcePort: number, destinationPort: number, ...inside: [string, Record<string, unknown>][]) => [
  eth,
  ip4,
  layer('tcp', { sourcePort, destinationPort, sequenceNumber: 1, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
  ...inside.map(([name, values]) => layer(name, values)),
]

/** Correct packets of SSH, Telnet, RDP and RFB. */
export const remoteAccessExamples: Example[] = [
  {
    name: 'SSH identification',
    stack: between(40300, 22, ['ssh', { softwareVersion: 'OpenSSH_9.2p1', comments: 'Debian' }]),
  },
  {
    name: 'SSH identification and key exchange in one segment',
    stack: between(
      22,
      40301,
      ['ssh', {}],
      ['ssh', { messageNumber: 'KEXINIT', kexAlgorithms: ['curve25519-sha256', 'ecdh-sha2-nistp256'] }],
    ),
  },
  { name: 'SSH packet', stack: between(40302, 22, ['ssh', { messageNumber: 'IGNORE', data: { hex: '00000000' } }]) },
  {
    name: 'Telnet negotiation and data',
    stack: between(40303, 23, [
      'telnet',
      {
        items: [
          { command: 'DO', option: 'SUPPRESS_GO_AHEAD' },
          { command: 'WILL', option: 'TERMINAL_TYPE' },
          { command: 'SB', option: 'TERMINAL_TYPE', data: { hex: '007674313030' } },
          'login: ',
        ],
      },
    ]),
  },
  {
    name: 'RDP connection request',
    stack: between(
      40304,
      3389,
      ['tpkt', {}],
      ['x224', {}],
      ['rdpNegotiation', { cookie: 'Cookie: mstshash=alice\r\n', protocols: 3 }],
    ),
  },
  {
    name: 'RDP connection confirm',
    stack: between(
      3389,
      40305,
      ['tpkt', {}],
      ['x224', { type: 'CC', sourceReference: 0x1234 }],
      ['rdpNegotiation', { type: 'RDP_NEG_RSP', protocols: 'PROTOCOL_SSL' }],
    ),
  },
  { name: 'RFB version', stack: between(5900, 40306, ['rfb', {}]) },
  {
    name: 'RFB security types',
    stack: between(5900, 40307, ['rfb', { kind: 'SecurityTypes', securityTypes: { hex: '0102' } }]),
  },
  { name: 'RFB choice of a security type', stack: between(40308, 5900, ['rfb', { kind: 'SecurityType' }]) },
  { name: 'RFB challenge', stack: between(5900, 40309, ['rfb', { kind: 'VncAuthentication' }]) },
  { name: 'RFB security result', stack: between(5900, 40310, ['rfb', { kind: 'SecurityResult' }]) },
  { name: 'RFB reason', stack: between(5900, 40311, ['rfb', { kind: 'FailureReason', reason: 'too many tries' }]) },
  { name: 'RFB desktop', stack: between(5900, 40312, ['rfb', { kind: 'ServerInit', name: 'desktop' }]) },
]
