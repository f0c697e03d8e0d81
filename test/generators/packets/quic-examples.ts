import { encodeStack } from '../../../generators/packets/stack.ts'
import { type Example, eth, ip4, layer } from './example.ts'

const toServer = (sourcePort: number) => layer('udp', { sourcePort, destinationPort: 443 })
const toClient = (destinationPort: number) => layer('udp', { sourcePort: 443, destinationPort })
const random = { repeat: { byte: 90, count: 32 } }
const noise = (count: number) => ({ repeat: { byte: 165, count } })

/** A ClientHello of TLS 1.3 for QUIC. */
export const clientHello = encodeStack([
  layer('tlsHandshake'),
  layer('tlsClientHello', {
    random,
    cipherSuites: [{ suite: 0x1301 }],
    extensions: [
      { type: 'server_name', name: 'www.example.com' },
      { type: 'supported_groups', data: { hex: '0002001d' } },
      { type: 'signature_algorithms', data: { hex: '00020403' } },
      { type: 'application_layer_protocol_negotiation', data: { hex: '0003026833' } },
      { type: 'supported_versions', data: { hex: '020304' } },
      { type: 'key_share', data: [{ hex: '0024001d0020' }, random] },
      { type: 57, data: { hex: '0f00' } },
    ],
  }),
])
const serverHello = encodeStack([
  layer('tlsHandshake'),
  layer('tlsServerHello', {
    random,
    cipherSuite: 0x1301,
    extensions: [
      { type: 'supported_versions', data: { hex: '0304' } },
      { type: 'key_share', data: [{ hex: '001d0020' }, random] },
    ],
  }),
])
const initial = {
  destinationConnectionId: { hex: '8394c8f03e515708' },
  sourceConnectionId: { hex: '01020304' },
  frames: [
    { type: 'CRYPTO', data: clientHello },
    { type: 'PADDING', count: 1000 },
  ],
}

/** Correct packets of QUIC. */
export const quicExamples: Example[] = [
  { name: 'QUIC Initial with a ClientHello', stack: [eth, ip4, toServer(40300), layer('quic', initial)] },
  {
    name: 'QUIC Initial with a token and the ClientHello in two frames',
    stack: [
      eth,
      ip4,
      toServer(40301),
      layer('quic', {
        ...initial,
        destinationConnectionId: 'second-1',
        sourceConnectionId: 'two',
        token: 'a token',
        packetNumber: 258,
        packetNumberLength: 1,
        frames: [
          { type: 'CRYPTO', offset: 64, data: clientHello.subarray(64) },
          'PING',
          { type: 'CRYPTO', data: clientHello.subarray(0, 64) },
          { type: 'PADDING', count: 1000 },
        ],
      }),
    ],
  },
  {
    name: 'QUIC Initial of a server, and what follows it in the datagram',
    stack: [
      eth,
      ip4,
      toClient(40300),
      layer('quic', {
        protection: 'server',
        originalDestinationConnectionId: { hex: '8394c8f03e515708' },
        destinationConnectionId: { hex: '01020304' },
        sourceConnectionId: 'server-1',
        frames: [
          { type: 'ACK', firstAckRange: 0 },
          { type: 'CRYPTO', data: serverHello },
        ],
      }),
      layer('quic', { packetType: 'Handshake', destinationConnectionId: { hex: '01020304' }, frames: noise(600) }),
      layer('quicShort', { destinationConnectionId: { hex: '01020304' }, protectedPayload: noise(300) }),
    ],
  },
  {
    name: 'QUIC Retry',
    stack: [
      eth,
      ip4,
      toClient(40301),
      layer('quic', {
        packetType: 'Retry',
        destinationConnectionId: 'two',
        sourceConnectionId: { hex: 'f067a5502a4262b5' },
        originalDestinationConnectionId: 'second-1',
        retryToken: 'token',
      }),
    ],
  },
  {
    name: 'QUIC Version Negotiation',
    stack: [
      eth,
      ip4,
      toClient(40303),
      layer('quic', {
        version: 0,
        destinationConnectionId: { hex: '01020304' },
        sourceConnectionId: { hex: '8394c8f03e515708' },
        supportedVersions: [{ version: 1 }, { version: 0x6b3343cf }],
      }),
    ],
  },
  {
    name: 'QUIC 0-RTT',
    stack: [
      eth,
      ip4,
      toServer(40304),
      layer('quic', {
        ...initial,
        destinationConnectionId: 'third-01',
        sourceConnectionId: 'three',
        frames: [
          { type: 'CRYPTO', data: clientHello },
          { type: 'PADDING', count: 600 },
        ],
      }),
      layer('quic', {
        packetType: '0-RTT',
        destinationConnectionId: 'third-01',
        sourceConnectionId: 'three',
        frames: noise(200),
      }),
    ],
  },
]
