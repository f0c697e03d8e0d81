import { bytes, fixedBytes } from './byte-fields.ts'
import type { BytesField, Values } from './field.ts'
import { u16le, u32le } from './little-endian.ts'
import { shape, type Shaped, shapedField } from './shaped.ts'
import { utf16 } from './utf16.ts'

const signature = new TextEncoder().encode('NTLMSSP\0')
const flags = 0xe2088297
/** Windows 10, NTLM revision 15. */
const version = Uint8Array.of(10, 0, 0x61, 0x4a, 0, 0, 0, 15)

const head = (messageType: number) => ({
  signature: fixedBytes(8, 'NTLMSSP and a zero byte.', { initial: signature }),
  messageType: u32le('1 negotiate, 2 challenge, 3 authenticate.', { initial: messageType }),
})
const pointer = <const Name extends string>(name: Name) =>
  ({
    [`${name}Length`]: u16le('Bytes.', { computed: 'size' }),
    [`${name}MaxLength`]: u16le('Bytes.', { computed: 'as the length' }),
    [`${name}Offset`]: u32le('From the start of this message.', { computed: 'where it is' }),
  }) as Record<`${Name}Length` | `${Name}MaxLength`, BytesField<number>> & Record<`${Name}Offset`, BytesField<number>>

const length = (name: string) => ({ label: name, length: (values: Values) => Number(values[`${name}Length`]) })

const negotiateSize = 40
const negotiate = shape(
  'ntlmNegotiate',
  {
    ...head(1),
    negotiateFlags: u32le('What the client can do.', { initial: flags }),
    ...pointer('domain'),
    ...pointer('workstation'),
    version: fixedBytes(8, 'Version of the system.', { initial: version }),
    domain: bytes('Domain of the client, in OEM text.', length('domain')),
    workstation: bytes('Name of the client, in OEM text.', length('workstation')),
  },
  (values) => placed(negotiateSize, values, ['domain', 'workstation']),
)

const challengeSize = 56
const challenge = shape(
  'ntlmChallenge',
  {
    ...head(2),
    ...pointer('targetName'),
    negotiateFlags: u32le('What was chosen.', { initial: flags }),
    serverChallenge: fixedBytes(8, 'Random bytes.'),
    reserved: fixedBytes(8, 'Reserved.'),
    ...pointer('targetInfo'),
    version: fixedBytes(8, 'Version of the system.', { initial: version }),
    targetName: utf16('Domain or server.', length('targetName')),
    targetInfo: bytes('Names of the server, in pairs of type and value.', {
      initial: new Uint8Array(4),
      ...length('targetInfo'),
    }),
  },
  (values) => placed(challengeSize, values, ['targetName', 'targetInfo']),
)

const authenticateSize = 72
const authenticate = shape(
  'ntlmAuthenticate',
  {
    ...head(3),
    ...pointer('lmResponse'),
    ...pointer('ntResponse'),
    ...pointer('domain'),
    ...pointer('user'),
    ...pointer('workstation'),
    ...pointer('sessionKey'),
    negotiateFlags: u32le('What was chosen.', { initial: flags }),
    version: fixedBytes(8, 'Version of the system.', { initial: version }),
    domain: utf16('Domain of the user.', length('domain')),
    user: utf16('Name of the user.', length('user')),
    workstation: utf16('Name of the client.', length('workstation')),
    lmResponse: bytes('Answer to the challenge, old.', length('lmResponse')),
    ntResponse: bytes('Answer to the challenge.', length('ntResponse')),
    sessionKey: bytes('Session key, encrypted.', length('sessionKey')),
  },
  (values) =>
    placed(authenticateSize, values, ['domain', 'user', 'workstation', 'lmResponse', 'ntResponse', 'sessionKey']),
)

const shapes = [negotiate, challenge, authenticate]

/** An NTLMSSP message, or the bytes of any other security mechanism. MS-NLMP §2.2.1. */
export function securityBuffer(doc: string, size: (values: Values) => number): BytesField<Shaped> {
  return shapedField(doc, shapes, {
    label: 'securityBuffer',
    length: size,
    pick: (_values, input) =>
      signature.every((byte, index) => input[index] === byte) ? shapes[(input[8] ?? 0) - 1]?.name : undefined,
  })
}

/** Lengths and offsets of what follows the fixed part, one after the other. */
function placed(start: number, values: Values, names: readonly string[]): Values {
  const result: Values = {}
  let offset = start
  for (const name of names) {
    const size = (values[name] as Uint8Array).length
    Object.assign(result, { [`${name}Length`]: size, [`${name}MaxLength`]: size, [`${name}Offset`]: offset })
    offset += size
  }
  return result
}
