import { parseBytes } from '../bytes.ts'
import { textOrBytes } from '../dns-data.ts'
import { type BytesField, flags, u8 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { u16le, u32le } from '../little-endian.ts'

const types = { RDP_NEG_REQ: 1, RDP_NEG_RSP: 2, RDP_NEG_FAILURE: 3 }
const protocols = { PROTOCOL_RDP: 0, PROTOCOL_SSL: 1, PROTOCOL_HYBRID: 2, PROTOCOL_RDSTLS: 4, PROTOCOL_HYBRID_EX: 8 }

/** `Cookie: mstshash=IDENTIFIER` with its CR LF, where it is. */
const cookie: BytesField<Uint8Array> = {
  kind: 'bytes',
  type: 'bytes',
  doc: 'Routing token or cookie with its CR LF; none if not given.',
  initial: new Uint8Array(0),
  parse: parseBytes,
  present: textOrBytes,
  encode: (value) => value,
  decode: (bytes, start) => {
    const feed = bytes[start] === 0x43 ? bytes.indexOf(10, start) : -1
    return feed < 0 ? [bytes.subarray(start, start), start] : [bytes.subarray(start, feed + 1), feed + 1]
  },
}

/** What CR and CC of an RDP connection carry, inside `x224`. MS-RDPBCGR §2.2.1.1, §2.2.1.2. */
export const rdpNegotiation = defineLayer({
  name: 'rdpNegotiation',
  title: 'RDP negotiation',
  rfc: 'MS-RDPBCGR §2.2.1.1',
  fields: {
    cookie,
    type: u8('Request, response or failure.', { initial: types.RDP_NEG_REQ, names: types }),
    flags: flags(8, { RESTRICTED_ADMIN: 1, REDIRECTED_AUTHENTICATION: 2, CORRELATION_INFO: 8 }, 'Flags.'),
    length: u16le('Bytes of this structure without the cookie.', { initial: 8 }),
    protocols: u32le('Security protocols: those wanted, the one chosen, or the code of a failure.', {
      names: protocols,
    }),
  },
  inspect: ({ length }) => (length === 8 ? [] : [`length is ${length}, not 8`]),
})
