import t from 'tap'
import { decodeStack, encodeStack } from '../../../generators/packets/stack.ts'
import { layer } from './example.ts'
import { toHex } from './hex.ts'

const names: { written: unknown; hex: string; read?: unknown }[] = [
  { written: 'www.example.com', hex: '03777777076578616d706c6503636f6d00' },
  { written: 'a.', hex: '016100', read: 'a' },
  { written: '.', hex: '00' },
  { written: '', hex: '00', read: '.' },
  { written: 'a\\.b.c', hex: '03612e62016300' },
  { written: '\\000\\255', hex: '0200ff00' },
  { written: '\\\\', hex: '015c00' },
  { written: 'é', hex: '02c3a900', read: '\\195\\169' },
  { written: [{ pointer: 12 }], hex: 'c00c' },
  { written: ['a', { pointer: 12 }], hex: '0161c00c' },
  { written: ['a.b', { pointer: 16383 }], hex: '03612e62ffff', read: ['a\\.b', { pointer: 16383 }] },
  { written: { hex: '0161c00c' }, hex: '0161c00c', read: ['a', { pointer: 12 }] },
]

for (const { written, hex, read = written } of names)
  t.test(`the name ${JSON.stringify(written)} is ${hex}`, async (t) => {
    const bytes = encodeStack([layer('dns', { questions: [{ name: written }] })])
    t.equal(toHex(bytes.subarray(12)), `${hex}00010001`)
    t.match(decodeStack(bytes, 'dns')[0]?.values.questions, [{ name: read }])
  })

const badNames: { written: unknown; message: RegExp }[] = [
  { written: 'a..b', message: /has a label of 0 bytes; 1 to 63/ },
  { written: 'x'.repeat(64), message: /has a label of 64 bytes/ },
  { written: '\\256', message: /\\256 is not a byte/ },
  { written: [''], message: /has a label of 0 bytes/ },
  { written: [{ pointer: 16384 }], message: /name\[0\]\.pointer: 16384 is not allowed/ },
  { written: 5, message: /5 is not bytes/ },
]

for (const { written, message } of badNames)
  t.test(`the name ${JSON.stringify(written)} is refused`, async (t) => {
    t.throws(() => encodeStack([layer('dns', { questions: [{ name: written }] })]), { name: 'PacketError', message })
  })

t.test('a name of 1100 bytes may be written, since it is a scenario', async (t) => {
  const name = Array(20).fill('x'.repeat(54)).join('.')
  t.equal(encodeStack([layer('dns', { questions: [{ name }] })]).length, 12 + 20 * 55 + 1 + 4)
})

t.test('counts come from the lists unless they are given', async (t) => {
  const bytes = encodeStack([
    layer('dns', { questionCount: 7, questions: [{ name: 'a' }], answers: [{ name: 'a', data: 'x' }] }),
  ])
  t.equal(toHex(bytes.subarray(2, 12)), '81000007000100000000')
})

t.test('the type of a record follows from the form of its data unless it is given', async (t) => {
  const forms: [data: unknown, type: number][] = [
    [{ address: '192.0.2.1' }, 1],
    [{ address: '2001:db8::1' }, 28],
    [{ name: 'b' }, 5],
    [{ texts: ['a', { hex: 'ff' }] }, 16],
    [{ preference: 1, exchange: 'm' }, 15],
    [{ mname: 'a', rname: 'b', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 }, 6],
    [{ priority: 1, weight: 2, port: 3, target: 'c' }, 33],
  ]
  for (const [data, type] of forms) {
    const bytes = encodeStack([layer('dns', { answers: [{ name: 'a', data }] })])
    t.match(decodeStack(bytes, 'dns')[0]?.values.answers, [
      { type, data: type === 16 ? { texts: ['a', Uint8Array.of(255)] } : data },
    ])
  }
  const bytes = encodeStack([layer('dns', { answers: [{ name: 'a', type: 'PTR', data: { name: 'b' } }] })])
  t.match(decodeStack(bytes, 'dns')[0]?.values.answers, [{ type: 12, data: { name: 'b' } }])
})

t.test('data that does not fit its type is read as bytes', async (t) => {
  for (const type of ['A', 'AAAA', 'NS', 'MX', 'SOA', 'SRV', 'TXT']) {
    const bytes = encodeStack([layer('dns', { answers: [{ name: 'a', type, data: { hex: '0909' } }] })])
    t.match(decodeStack(bytes, 'dns')[0]?.values.answers, [{ data: Uint8Array.of(9, 9) }], type)
    t.equal(toHex(encodeStack(decodeStack(bytes, 'dns'))), toHex(bytes))
  }
})

t.test('what follows a list that breaks off is a payload', async (t) => {
  const bytes = encodeStack([layer('dns', { questionCount: 2, questions: [{ name: 'a' }, { name: { hex: '7f' } }] })])
  t.match(decodeStack(bytes, 'dns'), [
    { layer: 'dns', values: { questions: [{ name: 'a' }] }, problems: [/questions\[1\] cut short/] },
    { layer: 'payload' },
  ])
})
