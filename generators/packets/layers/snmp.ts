import { lengthBytes } from '../asn1-element.ts'
import { integer, octets } from '../asn1-primitives.ts'
import { asn1Field } from '../asn1-field.ts'
import { parseBytes } from '../bytes.ts'
import { type BytesField, u8, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { globalData, scopedPdu, snmpPdu, userSecurity } from '../snmp-pdus.ts'
import { defineStruct, measure, withInitials } from '../struct.ts'

const versions = { v1: 0, v2c: 1, v3: 3 }
const isVersion3 = (values: Values) => (values.version as Uint8Array | undefined)?.at(-1) === versions.v3
const community = { when: (values: Values) => !isVersion3(values) }
const secure = { when: isVersion3 }

const length: BytesField<Uint8Array> = {
  kind: 'bytes',
  type: 'number in one to five bytes, or bytes',
  doc: 'Bytes of the message.',
  computed: 'size',
  initial: Uint8Array.of(0),
  parse: (raw, where) =>
    typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 ? lengthBytes(raw) : parseBytes(raw, where),
  present: (value) => value,
  encode: (value) => value,
  decode: (bytes, start) => {
    const first = bytes[start]
    const end = start + 1 + (first === undefined || first <= 0x80 ? 0 : first & 0x7f)
    return first === undefined || end > bytes.length ? undefined : [bytes.subarray(start, end), end]
  },
}

const contents = {
  version: asn1Field('Version; the number 1 is version 2c.', integer(versions), { initial: versions.v2c }),
  community: asn1Field('Password in plain, up to version 2c.', octets(), { initial: 'public', ...community }),
  pdu: asn1Field('What is asked or told, up to version 2c.', snmpPdu, { initial: { getRequest: {} }, ...community }),
  globalData: asn1Field('Header of version 3.', globalData, secure),
  securityParameters: asn1Field('Who speaks, in version 3.', userSecurity, secure),
  scopedPdu: asn1Field('What is asked or told in version 3.', scopedPdu, { initial: { plain: {} }, ...secure }),
}
const struct = defineStruct(contents)

/** An SNMP message of version 1, 2c or 3. RFC 1157 §4, RFC 3416 §3, RFC 3412 §6. */
export const snmp = defineLayer({
  name: 'snmp',
  title: 'Simple Network Management Protocol message',
  rfc: 'RFC 3416 §3',
  fields: { tag: u8('0x30.', { initial: 0x30 }), length, ...contents },
  boundTo: { udpPort: [161, 162] },
  imply: (given) => ({ length: lengthBytes(measure(struct, withInitials(struct, given), given).size) }),
  inspect: (values, headerLength) => {
    const { tag, length: found } = values
    const right = lengthBytes(headerLength - 1 - found.length)
    const isRight = right.length === found.length && right.every((byte, index) => byte === found[index])
    return [
      ...(tag === 0x30 ? [] : [`tag is 0x${tag.toString(16)}, not 0x30`]),
      ...(isRight ? [] : [`length does not fit the ${headerLength - 1 - found.length} bytes of the message`]),
    ]
  },
})
