import { bytes, fixedBytes } from '../byte-fields.ts'
import { numberOf, u8, u16, u32, type Values } from '../field.ts'
import { kindField } from '../kind-field.ts'
import { defineLayer } from '../layer.ts'
import { latin1 } from '../text-lines.ts'

const securityTypes = { invalid: 0, none: 1, vncAuthentication: 2, tight: 16, tls: 18, veNCrypt: 19 }
const kinds = [
  'ProtocolVersion',
  'SecurityTypes',
  'SecurityType',
  'SecurityType33',
  'VncAuthentication',
  'SecurityResult',
  'FailureReason',
  'ClientInit',
  'ServerInit',
  'Other',
] as const
type Kind = (typeof kinds)[number]

const is = (kind: Kind) => ({ when: (values: Values) => values.kind === kind })
const init = is('ServerInit')

/**
 * One message of the RFB handshake; further ones are `rfb` layers inside. Nothing but the state of the connection says
 * which message it is, so `kind` does, and decoding tells it by its size. RFC 6143 §7.1 to §7.3, §A.
 */
export const rfb = defineLayer({
  name: 'rfb',
  title: 'RFB handshake message',
  rfc: 'RFC 6143 §7',
  fields: {
    kind: kindField('Which message it is. SecurityType33 is how version 3.3 tells the type.', kinds, tellKind),
    protocolVersion: fixedBytes(12, 'RFB xxx.yyy and a line feed.', {
      initial: new TextEncoder().encode('RFB 003.008\n'),
      ...is('ProtocolVersion'),
    }),
    numberOfSecurityTypes: u8('Number of types.', { computed: 'from the list', ...is('SecurityTypes') }),
    securityTypes: bytes('Security types, one byte each.', {
      initial: Uint8Array.of(securityTypes.none),
      label: 'security types',
      length: (values) => numberOf(values, 'numberOfSecurityTypes'),
      ...is('SecurityTypes'),
    }),
    securityType: u8('Type that the client takes.', { initial: 1, names: securityTypes, ...is('SecurityType') }),
    serverSecurityType: u32('Type that the server takes.', {
      initial: 1,
      names: securityTypes,
      ...is('SecurityType33'),
    }),
    challenge: fixedBytes(16, 'Challenge of the server, or response to it.', is('VncAuthentication')),
    status: u32('Whether the client is let in.', { names: { OK: 0, failed: 1 }, ...is('SecurityResult') }),
    reasonLength: u32('Bytes of the reason.', { computed: 'size of the reason', ...is('FailureReason') }),
    reason: bytes('Why the client is not let in.', {
      label: 'reason',
      length: (values) => numberOf(values, 'reasonLength'),
      ...is('FailureReason'),
    }),
    sharedFlag: u8('Whether other clients stay.', { initial: 1, ...is('ClientInit') }),
    framebufferWidth: u16('Pixels.', { initial: 1024, ...init }),
    framebufferHeight: u16('Pixels.', { initial: 768, ...init }),
    pixelFormat: fixedBytes(16, 'How a pixel is laid out.', {
      initial: Uint8Array.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0),
      ...init,
    }),
    nameLength: u32('Bytes of the name.', { computed: 'size of the name', ...init }),
    name: bytes('Name of the desktop.', {
      label: 'name',
      length: (values) => numberOf(values, 'nameLength'),
      ...init,
    }),
    data: bytes('Any other message.', is('Other')),
  },
  boundTo: { tcpPort: 5900 },
  complete: ({ securityTypes: types, reason, name }) => ({
    numberOfSecurityTypes: Math.min(0xff, types.length),
    reasonLength: reason.length,
    nameLength: name.length,
  }),
  next: (_values, following) => (following.length > 0 ? 'rfb' : undefined),
  inspect: ({ kind, protocolVersion }) =>
    kind === 'ProtocolVersion' && !/^RFB \d{3}\.\d{3}\n$/.test(latin1(protocolVersion))
      ? ['protocolVersion is not RFB xxx.yyy']
      : [],
})

function tellKind(input: Uint8Array): Kind {
  const { length } = input
  if (length >= 12 && latin1(input.subarray(0, 4)) === 'RFB ') return 'ProtocolVersion'
  if (length === 1) return 'SecurityType'
  if (length === 4) return 'SecurityResult'
  if (length === 16) return 'VncAuthentication'
  if (length > 1 && length === 1 + (input[0] as number)) return 'SecurityTypes'
  const view = new DataView(input.buffer, input.byteOffset, length)
  if (length > 4 && length === 4 + view.getUint32(0)) return 'FailureReason'
  return length >= 24 && length === 24 + view.getUint32(20) ? 'ServerInit' : 'Other'
}
