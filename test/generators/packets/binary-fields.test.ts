import t from 'tap'
import { type Asn1, presentElement, tagged, writeElement } from '../../../generators/packets/asn1.ts'
import { element, readElement } from '../../../generators/packets/asn1-element.ts'
import { integer, nothing, objectIdentifier, octets } from '../../../generators/packets/asn1-primitives.ts'
import { parseLayerValues } from '../../../generators/packets/stack.ts'
import { utf16 } from '../../../generators/packets/utf16.ts'
import { zeroTerminated } from '../../../generators/packets/zero-terminated.ts'
import { u64, u64le } from '../../../generators/packets/wide-number.ts'
import { opaque } from '../../../generators/packets/xdr.ts'
import type { BytesField } from '../../../generators/packets/field.ts'
import { fromHex, toHex } from './hex.ts'

const elements: { type: Asn1; value: unknown; hex: string }[] = [
  { type: integer(), value: 0, hex: '020100' },
  { type: integer(), value: 127, hex: '02017f' },
  { type: integer(), value: 128, hex: '02020080' },
  { type: integer(), value: 256, hex: '02020100' },
  { type: integer(), value: -1, hex: '0201ff' },
  { type: integer(), value: -128, hex: '020180' },
  { type: integer(), value: -129, hex: '0202ff7f' },
  { type: octets(), value: 'public', hex: '04067075626c6963' },
  { type: nothing, value: null, hex: '0500' },
  { type: objectIdentifier, value: '1.2.840.113549', hex: '06062a864886f70d' },
  { type: objectIdentifier, value: '2.999.3', hex: '0603883703' },
  { type: objectIdentifier, value: '0.39', hex: '060127' },
  { type: tagged(0xa0, integer()), value: 5, hex: 'a003020105' },
]

t.test('values of ASN.1 make the bytes of DER, and these the values', async (t) => {
  for (const { type, value, hex } of elements) {
    t.equal(toHex(writeElement(type, value, 'value')), hex, JSON.stringify(value))
    const read = readElement(fromHex(hex), 0)
    t.ok(read !== undefined)
    if (read !== undefined) t.same(presentElement(type, read), value, hex)
  }
})

t.test('lengths take as few bytes as they need', async (t) => {
  for (const [size, head] of [
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
  ] as const) {
    const bytes = element(4, new Uint8Array(size))
    t.equal(toHex(bytes.subarray(0, bytes.length - size)), head)
    t.equal(readElement(bytes, 0)?.contents.length, size)
  }
})

t.test('an element that is not whole is none', async (t) => {
  for (const hex of ['', '02', '0202', '020201', '0480', '0485ffffffffff', '0482ffff00']) {
    t.equal(readElement(fromHex(hex), 0), undefined, hex)
  }
})

t.test('an element may be wrong on purpose', async (t) => {
  const wrong = { element: { tag: 0x03, length: 200, contents: { hex: '0102' } } }
  t.equal(toHex(writeElement(integer(), wrong, 'value')), '0381c80102')
  t.equal(toHex(writeElement(objectIdentifier, { element: { length: 9, value: '1.3.6' } }, 'value')), '06092b06')
})

const fields: { name: string; field: BytesField<Uint8Array>; value: unknown; hex: string }[] = [
  { name: 'u64', field: u64('A number.'), value: 258, hex: '0000000000000102' },
  { name: 'u64le', field: u64le('A number.'), value: 258, hex: '0201000000000000' },
  { name: 'the largest exact number', field: u64(''), value: Number.MAX_SAFE_INTEGER, hex: '001fffffffffffff' },
  { name: 'UTF-16', field: utf16('Text.'), value: 'aé', hex: '6100e900' },
  { name: 'text before a zero byte', field: zeroTerminated('Text.'), value: 'ab', hex: '616200' },
  { name: 'XDR bytes', field: opaque('Bytes.'), value: 'hello', hex: '0000000568656c6c6f000000' },
]

t.test('fields of bytes are written and read', async (t) => {
  for (const { name, field, value, hex } of fields) {
    const parsed = field.parse(value, name)
    t.equal(toHex(field.encode(parsed, {})), hex, name)
    const read = field.decode(fromHex(hex), 0, {}, [])
    t.ok(read !== undefined, name)
    if (read !== undefined) t.same(field.present(read[0]), value, name)
  }
})

t.test('bytes that are no exact number, no text or not padded with zeros stay bytes', async (t) => {
  const [wide] = u64('').decode(fromHex('ffffffffffffffff'), 0, {}, []) ?? []
  t.same(wide && u64('').present(wide), fromHex('ffffffffffffffff'))
  t.same(utf16('').present(fromHex('610062')), fromHex('610062'))
  t.equal(zeroTerminated('').decode(fromHex('6162'), 0, {}, []), undefined)
  const [odd] = opaque('').decode(fromHex('0000000161ffffff'), 0, {}, []) ?? []
  t.same(odd && opaque('').present(odd), { length: 1, data: fromHex('61ffffff') })
})

const wrong: { layer: string; values: unknown; message: RegExp }[] = [
  { layer: 'smb2', values: { body: { readReqest: {} } }, message: /^smb2\.body: .*did you mean "readRequest"\?/ },
  {
    layer: 'smb2',
    values: { body: { readRequest: {}, closeRequest: {} } },
    message: /write one of negotiateRequest, .*, or bytes/,
  },
  {
    layer: 'smb2',
    values: { body: { readRequest: { lenght: 1 } } },
    message: /^smb2\.body\.readRequest\.lenght: unknown field; did you mean "length"\?/,
  },
  { layer: 'smb2', values: { messageId: -1 }, message: /^smb2\.messageId: -1 is not allowed; a whole number from 0/ },
  { layer: 'ike', values: { payloads: [{ type: 'NONCE' }] }, message: /^ike\.payloads\[0\]\.type: unknown name/ },
  {
    layer: 'ike',
    values: { payloads: [{ type: 'KE', dhGrup: 1 }] },
    message: /^ike\.payloads\[0\]\.dhGrup: unknown field; did you mean "dhGroup"\?/,
  },
  { layer: 'ike', values: { payloads: 'SA' }, message: /is not a list of payloads/ },
  { layer: 'snmp', values: { version: 'v4' }, message: /^snmp\.version: "v4" is not a whole number/ },
  { layer: 'snmp', values: { pdu: { getReqest: {} } }, message: /^snmp\.pdu: .*write one of getRequest,/ },
  {
    layer: 'kerberos',
    values: { message: { asReq: { reqBody: { sname: { nameStrings: [] } } } } },
    message: /^kerberos\.message\.asReq\.reqBody\.sname\.nameStrings: unknown field; did you mean "nameString"\?/,
  },
  {
    layer: 'snmp',
    values: { pdu: { getRequest: { variableBindings: [{ name: '1' }] } } },
    message: /"1" is not an object identifier, such as 1\.3\.6\.1/,
  },
]

t.test('errors say where, what and what would be right', async (t) => {
  for (const { layer, values, message } of wrong) t.throws(() => parseLayerValues(layer, values), { message })
})
