import t from 'tap'
import { readDer } from '../../../generators/packets/der.ts'
import { readX509 } from '../../../generators/packets/x509.ts'
import { toHex } from './hex.ts'

const vectors: [written: unknown, hex: string][] = [
  [{ boolean: true }, '0101ff'],
  [{ boolean: false }, '010100'],
  [{ integer: 0 }, '020100'],
  [{ integer: 127 }, '02017f'],
  [{ integer: 128 }, '02020080'],
  [{ integer: 65537 }, '0203010001'],
  [{ integer: { hex: 'ff' } }, '0201ff'],
  [{ bitString: { hex: '0a' } }, '0302000a'],
  [{ octetString: { integer: 5 } }, '0403020105'],
  [{ null: true }, '0500'],
  [{ oid: '1.2.840.10045.4.3.2' }, '06082a8648ce3d040302'],
  [{ oid: '2.5.4.3' }, '0603550403'],
  [{ utf8String: 'abc' }, '0c03616263'],
  [{ sequence: [{ integer: 1 }, { sequence: [] }] }, '30050201013000'],
  [{ set: [{ hex: 'c0ffee' }] }, '3103c0ffee'],
  [{ tag: 0xa0, content: { integer: 2 } }, 'a003020102'],
  [{ tag: 0x05 }, '0500'],
  [{ octetString: { repeat: { byte: 1, count: 128 } } }, `048180${'01'.repeat(128)}`],
  [{ octetString: { repeat: { byte: 1, count: 256 } } }, `04820100${'01'.repeat(256)}`],
  [{ hex: '00' }, '00'],
]

t.test('DER values are written as X.690 has them', async (t) => {
  for (const [written, hex] of vectors) t.equal(toHex(readDer(written, 'value')), hex, JSON.stringify(written))
})

t.test('what is no DER value is refused with its place', async (t) => {
  const wrong: [written: unknown, problem: RegExp][] = [
    [{ interger: 1 }, /value.*is not a DER value/],
    [{ integer: 1, boolean: true }, /is not a DER value/],
    [{ integer: -1 }, /value\.integer.*not a whole number/],
    [{ tag: 256 }, /value\.tag.*not a tag of one byte/],
    [{ sequence: [{ nothing: 1 }] }, /value\.sequence\[0\]/],
    [{}, /is not a DER value/],
    [7, /is not bytes/],
  ]
  for (const [written, problem] of wrong) t.throws(() => readDer(written, 'value'), problem, JSON.stringify(written))
})

t.test('a certificate has right parts where none is given, and the given ones, however wrong', async (t) => {
  const plain = toHex(readX509({}, 'x509'))
  t.match(plain, /^3082....3081..a003020102/, 'version 3 is written as 2')
  t.match(plain, /0603550403(0c0f|0c0a)/, 'a common name')
  t.match(toHex(readX509({ version: 1 }, 'x509')), /^3082....3081..02021001/, 'version 1 is not written at all')
  t.match(toHex(readX509({ version: { boolean: true } }, 'x509')), /a0030101ff/)
  t.match(
    toHex(readX509({ extensions: { tag: 0xa4 } }, 'x509')),
    /a400300a/,
    'in place of the extensions, their tag too',
  )
  t.match(toHex(readX509({ validity: { notAfter: '20600101000000Z' } }, 'x509')), /180f3230363030/, 'a later date')
  t.same(readX509(Uint8Array.of(1, 2), 'x509'), Uint8Array.of(1, 2))
})

t.test('an unknown part of a certificate is refused with the nearest name', async (t) => {
  t.throws(() => readX509({ subjekt: {} }, 'x509'), /"subjekt"; did you mean "subject"/)
  t.throws(() => readX509({ subject: { comonName: 'a' } }, 'x509'), /did you mean "commonName"/)
  t.throws(() => readX509({ extensions: 'none' }, 'x509'), /x509\.extensions.*is not a list/)
  t.throws(() => readX509('bytes', 'x509'), /is not a set of parts/)
})
