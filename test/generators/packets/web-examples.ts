import { type Example, eth, ip4, layer } from './example.ts'

const inSegment = (sourcePort: number, ...frames: Record<string, unknown>[]) => [
  eth,
  ip4,
  layer('tcp', {
    sourcePort,
    destinationPort: 8080,
    sequenceNumber: 1,
    acknowledgmentNumber: 1,
    flags: ['ACK', 'PSH'],
  }),
  ...frames.map((values) => layer('http2', values)),
]
const request = { ':method': 'GET', ':scheme': 'http', ':path': '/hello', ':authority': 'www.example.com' }

/** Correct frames of HTTP/2. */
export const webExamples: Example[] = [
  {
    name: 'HTTP/2 preface, settings and a request',
    stack: inSegment(
      40200,
      { preface: true, settings: [{ identifier: 'MAX_CONCURRENT_STREAMS', value: 100 }] },
      { type: 'WINDOW_UPDATE', streamIdentifier: 0, windowSizeIncrement: 65535 },
      { type: 'HEADERS', flags: ['END_STREAM', 'END_HEADERS'], headers: request },
    ),
  },
  {
    name: 'HTTP/2 headers in every representation, with padding and priority',
    stack: inSegment(
      40201,
      { preface: true },
      {
        type: 'HEADERS',
        weight: 200,
        padding: { repeat: { byte: 0, count: 7 } },
        headers: [
          { tableSize: 4096 },
          { name: ':method', value: 'POST' },
          { name: ':scheme', value: 'https' },
          { name: ':path', value: '/upload', indexing: 'incremental', huffman: true },
          { name: ':authority', value: 'www.example.com', indexing: 'incremental' },
          { name: 'x-first', value: 'one', indexing: 'incremental' },
          { name: 'authorization', value: 'secret', indexing: 'never', huffman: true },
          { name: 'content-length', value: 5 },
          { index: 62 },
        ],
      },
      { type: 'DATA', flags: ['END_STREAM', 'PADDED'], data: 'hello', padding: { hex: '0000' } },
    ),
  },
  {
    name: 'HTTP/2 headers in two frames, and a promise',
    stack: [
      eth,
      ip4,
      layer('tcp', { sourcePort: 8080, destinationPort: 40202, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
      layer('http2'),
      layer('http2', { flags: ['ACK'] }),
      layer('http2', { type: 'HEADERS', flags: [], headers: { ':status': 200, server: 'example' } }),
      layer('http2', { type: 'CONTINUATION', headers: { 'content-type': 'text/plain' } }),
      layer('http2', { type: 'PUSH_PROMISE', headers: { ...request, ':path': '/style.css' } }),
      layer('http2', { type: 'DATA', flags: ['END_STREAM'], data: 'hello' }),
    ],
  },
  {
    name: 'HTTP/2 frames of the connection',
    stack: inSegment(
      40203,
      { preface: true },
      { type: 'PING', opaqueData: 'abcdefgh' },
      { type: 'PRIORITY', streamDependency: 3, streamIdentifier: 5 },
      { type: 'RST_STREAM', errorCode: 'CANCEL' },
      { type: 'GOAWAY', lastStreamIdentifier: 1, errorCode: 'ENHANCE_YOUR_CALM', data: 'too much' },
    ),
  },
]
