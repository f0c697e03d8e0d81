import t from 'tap'
import { decodeStack, encodeStack } from '../../../generators/packets/stack.ts'
import { layer } from './example.ts'
import { toHex } from './hex.ts'
import { clientHello } from './quic-examples.ts'

const original = { hex: '8394c8f03e515708' }

t.test('the server Initial of RFC 9001 §A.3 comes out as it stands there', async (t) => {
  const bytes = encodeStack([
    layer('quic', {
      protection: 'server',
      originalDestinationConnectionId: original,
      destinationConnectionId: '',
      sourceConnectionId: { hex: 'f067a5502a4262b5' },
      packetNumberLength: 1,
      packetNumber: 1,
      length: { hex: '4075' },
      frames: {
        hex:
          '02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200' +
          '130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304',
      },
    }),
  ])
  t.equal(
    toHex(bytes),
    'cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4c' +
      'f73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7a' +
      'af2f58891850abbdca3d20398c276456cbc42158407dd074ee',
  )
})

t.test('the Retry of RFC 9001 §A.4 comes out as it stands there', async (t) => {
  const bytes = encodeStack([
    layer('quic', {
      packetType: 'Retry',
      reserved: 3,
      packetNumberLength: 3,
      destinationConnectionId: '',
      sourceConnectionId: { hex: 'f067a5502a4262b5' },
      originalDestinationConnectionId: original,
      retryToken: 'token',
    }),
  ])
  t.equal(toHex(bytes), 'ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba')
})

t.test('frames are read back out of a client Initial, and none when a byte is altered', async (t) => {
  const bytes = encodeStack([
    layer('quic', {
      destinationConnectionId: original,
      frames: [
        { type: 'ACK', largestAcknowledged: 5, ackRanges: [{ gap: 1, ackRangeLength: 2 }] },
        { type: 'CRYPTO', data: clientHello },
        { type: 'STREAM_LEN_FIN', streamId: 4, data: 'hello' },
        { type: 'CONNECTION_CLOSE', errorCode: 7, reasonPhrase: 'bye' },
        { type: 'PADDING', count: 9 },
      ],
    }),
  ])
  const [read] = decodeStack(bytes, 'quic')
  t.match(read, { problems: [], values: { protection: 'client', packetNumber: 0 } })
  t.match(read?.values.frames, [
    { type: 'ACK', largestAcknowledged: 5, ackRangeCount: 1 },
    { type: 'CRYPTO', offset: 0, length: clientHello.length, data: clientHello },
    { type: 'STREAM_LEN_FIN', length: 5 },
    { type: 'CONNECTION_CLOSE', reasonPhraseLength: 3 },
    { type: 'PADDING', count: 9 },
  ])
  const altered = bytes.slice()
  altered[60] = (altered[60] as number) ^ 1
  const [opaque] = decodeStack(altered, 'quic')
  t.equal(opaque?.values.protection, 'none')
  t.equal(toHex(encodeStack(decodeStack(altered, 'quic'))), toHex(altered))
})

t.test('a packet too short to be sampled is refused, with what to do', async (t) => {
  t.throws(() => encodeStack([layer('quic', { frames: ['PING'] })]), { name: 'PacketError', message: /add PADDING/ })
})

t.test('integers take the bytes that they need, or those that are given', async (t) => {
  for (const [value, digits] of [
    [37, '25'],
    [15293, '7bbd'],
    [494878333, '9d7f3e7d'],
    [2 ** 40, 'c000010000000000'],
  ] as const) {
    const bytes = encodeStack([
      layer('quic', {
        frames: [
          { type: 'MAX_DATA', maximum: value },
          { type: 'PADDING', count: 3 },
        ],
      }),
    ])
    const [read] = decodeStack(bytes, 'quic')
    t.match(read?.values.frames, [{ type: 'MAX_DATA', maximum: value }, { count: 3 }])
    const raw = encodeStack([layer('quic', { protection: 'none', frames: [{ type: 'MAX_DATA', maximum: value }] })])
    t.match(toHex(raw), new RegExp(`10${digits}$`))
  }
})
