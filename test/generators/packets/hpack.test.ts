import t from 'tap'
import { decodeStack, encodeStack } from '../../../generators/packets/stack.ts'
import { layer } from './example.ts'
import { toHex } from './hex.ts'

const frameHeader = 9

/** Header blocks with their bytes, most of them from RFC 7541 Appendix C. */
const blocks: [name: string, headers: unknown, digits: string][] = [
  [
    'a literal with indexing',
    [{ name: 'custom-key', value: 'custom-header', indexing: 'incremental' }],
    '400a637573746f6d2d6b65790d637573746f6d2d686561646572',
  ],
  ['a literal without indexing', [{ name: ':path', value: '/sample/path' }], '040c2f73616d706c652f70617468'],
  [
    'a literal never indexed',
    [{ name: 'password', value: 'secret', indexing: 'never' }],
    '100870617373776f726406736563726574',
  ],
  ['an indexed header', { ':method': 'GET' }, '82'],
  [
    'a request in Huffman code',
    [
      { name: ':method', value: 'GET' },
      { name: ':scheme', value: 'http' },
      { name: ':path', value: '/' },
      { name: ':authority', value: 'www.example.com', indexing: 'incremental', huffman: true },
    ],
    '828684418cf1e3c2e5f23a6ba0ab90f4ff',
  ],
  [
    'headers from the dynamic table',
    [
      { name: ':method', value: 'GET' },
      { name: ':scheme', value: 'https' },
      { name: ':path', value: '/index.html' },
      { index: 63 },
      { name: 'custom-key', value: 'custom-value', indexing: 'incremental', huffman: true },
    ],
    '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
  ],
  ['a table size update', [{ tableSize: 4096 }], '3fe11f'],
  ['an index of no table', [{ index: 200 }], 'ff49'],
  ['index 0', [{ index: 0 }], '80'],
  ['an integer longer than needed', [{ index: { continuation: { hex: '808000' } } }], 'ff808000'],
  ['a string length beyond the block', [{ name: 'x', value: 'y', nameIndex: 0, valueLength: 100 }], '0001786479'],
  ['a known name in letters', [{ name: ':path', value: '/x', nameIndex: 0 }], '00053a70617468022f78'],
  ['any bytes', [{ raw: { hex: '4fff' } }], '4fff'],
]

for (const [name, headers, digits] of blocks) {
  t.test(`${name} is written as it should be, and read back to the same bytes`, async (t) => {
    const bytes = encodeStack([layer('http2', { type: 'HEADERS', headers })])
    t.equal(toHex(bytes.subarray(frameHeader)), digits)
    const decoded = decodeStack(bytes, 'http2')
    t.equal(toHex(encodeStack(decoded)), toHex(bytes))
  })
}

t.test('every byte goes through the Huffman code and back', async (t) => {
  const value = Uint8Array.from({ length: 256 }, (_none, index) => index)
  const bytes = encodeStack([layer('http2', { type: 'HEADERS', headers: [{ name: 'x', value, huffman: true }] })])
  t.match(decodeStack(bytes, 'http2')[0]?.values.headers, [{ name: 'x', value, huffman: true }])
})

t.test('what is no header is refused with a word on what is', async (t) => {
  const headers = (given: unknown) => () => encodeStack([layer('http2', { type: 'HEADERS', headers: given })])
  t.throws(headers(7), { message: /not a list of headers/ })
  t.throws(headers(['x']), { message: /not a header/ })
  t.throws(headers([{ nam: 'x' }]), { message: /did you mean "name"/ })
  t.throws(headers([{ index: 1, value: 'x' }]), { message: /not allowed beside index/ })
  t.throws(headers([{ name: 'x', indexing: 'sometimes' }]), { message: /one of incremental, none, never/ })
  t.throws(headers([{ name: 'x', huffman: 1 }]), { message: /not true or false/ })
  t.throws(headers([{ index: -1 }]), { message: /whole number/ })
})
