import t from 'tap'
import { parseBytes } from '../../../generators/packets/bytes.ts'
import { toHex } from './hex.ts'

const good: { written: unknown; hex: string }[] = [
  { written: '', hex: '' },
  { written: 'aé', hex: '61c3a9' },
  { written: { hex: '00 ff:A5' }, hex: '00ffa5' },
  { written: { hex: '' }, hex: '' },
  { written: { repeat: { text: 'ab', count: 3 } }, hex: '616261626162' },
  { written: { repeat: { byte: 255, count: 2 } }, hex: 'ffff' },
  { written: { repeat: { byte: 0, count: 0 } }, hex: '' },
  { written: { repeat: { bytes: ['a', { hex: '00' }], count: 2 } }, hex: '61006100' },
  { written: ['a', { hex: '00' }, { repeat: { byte: 1, count: 2 } }, ['b']], hex: '6100010162' },
  { written: Uint8Array.of(1, 2), hex: '0102' },
]

for (const { written, hex } of good)
  t.test(`${JSON.stringify(written)} is ${hex || 'nothing'}`, async (t) => t.equal(toHex(parseBytes(written)), hex))

const bad: { written: unknown; message: RegExp }[] = [
  { written: 5, message: /^body: 5 is not bytes; write text/ },
  { written: null, message: /^body: null is not bytes/ },
  { written: {}, message: /^body: \{\} is not bytes/ },
  { written: { hex: 'abc' }, message: /^body\.hex: "abc" is not hexadecimal/ },
  { written: { hex: 'zz' }, message: /^body\.hex: "zz" is not hexadecimal/ },
  { written: { hex: 12 }, message: /^body\.hex: 12 is not hexadecimal/ },
  { written: { hex: '00', text: 'a' }, message: /is not bytes/ },
  { written: { repeat: 3 }, message: /^body\.repeat: 3 is not/ },
  { written: { repeat: { text: 'a' } }, message: /^body\.repeat\.count: undefined is out of range/ },
  { written: { repeat: { text: 'a', byte: 1, count: 1 } }, message: /is not \{ text, count \}/ },
  { written: { repeat: { text: '', count: 1 } }, message: /^body\.repeat\.text: "" is not text/ },
  { written: { repeat: { bytes: [], count: 1 } }, message: /^body\.repeat\.bytes: there is nothing to repeat/ },
  { written: { repeat: { bits: 1, count: 1 } }, message: /is not \{ text, count \}/ },
  { written: { repeat: { byte: 256, count: 1 } }, message: /^body\.repeat\.byte: 256 is out of range; 0 to 255/ },
  { written: { repeat: { byte: 1, count: -1 } }, message: /count: -1 is out of range/ },
  { written: { repeat: { byte: 1, count: 1e12 } }, message: /count: 1000000000000 is out of range/ },
  { written: ['a', 5], message: /^body\[1\]: 5 is not bytes/ },
  { written: Array(20).fill({ repeat: { byte: 0, count: 1048576 } }), message: /more than the allowed 16777216/ },
]

for (const { written, message } of bad)
  t.test(`${JSON.stringify(written).slice(0, 60)} is refused`, async (t) => {
    t.throws(() => parseBytes(written, 'body'), { name: 'PacketError', message })
  })

t.test('lists nested deeper than any scenario needs are refused, not followed', async (t) => {
  let nested: unknown = 'a'
  for (let depth = 0; depth < 100_000; depth++) nested = [nested]
  t.throws(() => parseBytes(nested), { name: 'PacketError', message: /nested/ })
})
