import { u8, u24 } from '../field.ts'
import { defineLayer } from '../layer.ts'

const types = {
  SESSION_MESSAGE: 0,
  SESSION_REQUEST: 0x81,
  POSITIVE_RESPONSE: 0x82,
  NEGATIVE_RESPONSE: 0x83,
  RETARGET_RESPONSE: 0x84,
  KEEP_ALIVE: 0x85,
}
const known: number[] = Object.values(types)
const inside: Readonly<Record<number, string>> = { 255: 'smb1', 254: 'smb2' }

/**
 * Header of the NetBIOS session service, which SMB keeps over TCP port 445 with a length of 24 bits; an `smb1` or
 * `smb2` layer is inside. RFC 1002 §4.3.1, MS-SMB2 §2.1.
 */
export const nbss = defineLayer({
  name: 'nbss',
  title: 'NetBIOS session service',
  rfc: 'RFC 1002 §4.3.1',
  fields: {
    type: u8('Kind of message.', { names: types }),
    length: u24('Bytes that follow.', { computed: 'size of what is inside' }),
  },
  boundTo: { tcpPort: [445, 139] },
  complete: (_values, payload) => ({ length: Math.min(0xffffff, payload.length) }),
  next: ({ type }, payload) => {
    const isSmb = payload[1] === 0x53 && payload[2] === 0x4d && payload[3] === 0x42
    return (type === types.SESSION_MESSAGE && isSmb ? inside[payload[0] ?? 0] : undefined) ?? 'payload'
  },
  payloadLength: ({ length }) => length,
  recognise: (bytes) => bytes.length >= 4 && known.includes(bytes[0] ?? -1),
  inspect: ({ type }) => (known.includes(type) ? [] : [`type is ${type}, which is not defined`]),
})
