import { bytes, fixedBytes } from '../byte-fields.ts'
import { numberOf, u8, u32, type Values } from '../field.ts'
import { kindField } from '../kind-field.ts'
import { defineLayer } from '../layer.ts'
import { nameList } from '../ssh-names.ts'
import { defineStruct, measure, withInitials } from '../struct.ts'
import { latin1, line, lineEnd, word } from '../text-lines.ts'

const messages = {
  DISCONNECT: 1,
  IGNORE: 2,
  UNIMPLEMENTED: 3,
  KEXINIT: 20,
  NEWKEYS: 21,
  KEXDH_INIT: 30,
  KEXDH_REPLY: 31,
}
/** RFC 4253 §6.1: what every side must be able to take. */
const longestPacket = 35_000
/** RFC 4253 §6: the size of a packet is a multiple of it as long as nothing is encrypted. */
const block = 8

const isIdentification = ({ kind }: Values) => kind === 'identification'
const isPacket = ({ kind }: Values) => kind === 'packet'
const isKexinit = (values: Values) => isPacket(values) && numberOf(values, 'messageNumber') === messages.KEXINIT

const names = (doc: string, ...initial: string[]) => nameList(doc, initial, isKexinit)
const content = {
  messageNumber: u8('Which message it is.', { initial: messages.KEXINIT, names: messages, when: isPacket }),
  cookie: fixedBytes(16, 'Random bytes.', { when: isKexinit }),
  kexAlgorithms: names('Key exchange.', 'curve25519-sha256'),
  serverHostKeyAlgorithms: names('Host keys.', 'ssh-ed25519'),
  encryptionAlgorithmsClientToServer: names('Encryption of the client.', 'aes128-ctr'),
  encryptionAlgorithmsServerToClient: names('Encryption of the server.', 'aes128-ctr'),
  macAlgorithmsClientToServer: names('MAC of the client.', 'hmac-sha2-256'),
  macAlgorithmsServerToClient: names('MAC of the server.', 'hmac-sha2-256'),
  compressionAlgorithmsClientToServer: names('Compression of the client.', 'none'),
  compressionAlgorithmsServerToClient: names('Compression of the server.', 'none'),
  languagesClientToServer: names('Languages of the client.'),
  languagesServerToClient: names('Languages of the server.'),
  firstKexPacketFollows: u8('Whether a guessed packet comes next.', { when: isKexinit }),
  reserved: u32('Reserved.', { when: isKexinit }),
}
const contentStruct = defineStruct(content)

/**
 * The identification string, or one binary packet without encryption; further ones are `ssh` layers inside.
 * RFC 4253 §4.2, §6, §7.1.
 */
export const ssh = defineLayer({
  name: 'ssh',
  title: 'SSH identification or binary packet',
  rfc: 'RFC 4253 §4.2, §6',
  fields: {
    protocolVersion: word('2.0 if not given.'),
    softwareVersion: word('tocsin if not given.'),
    comments: word('Comments after the software version; none if not given.'),
    kind: kindField(
      'Which of the two it is.',
      ['identification', 'packet'],
      tellKind,
      'packet if a field of one is given',
    ),
    lineEnd: lineEnd('End of the identification; CR LF if not given.', { when: isIdentification }),
    identification: line('The line without its end.', 'from versions and comments', 'SSH-2.0-tocsin', {
      when: isIdentification,
    }),
    packetLength: u32('Bytes after this field.', { computed: 'from what follows', when: isPacket }),
    paddingLength: u8('Bytes of padding.', { computed: 'size of the padding', when: isPacket }),
    ...content,
    data: bytes('Rest of the message.', {
      label: 'data',
      length: (values) => Math.max(0, left(values)),
      when: isPacket,
    }),
    padding: bytes('Random bytes.', {
      label: 'padding',
      computed: '4 to 11 zero bytes, up to a multiple of 8',
      length: (values) => numberOf(values, 'paddingLength'),
      when: isPacket,
    }),
  },
  boundTo: { tcpPort: 22 },
  imply: (given) => {
    const { protocolVersion = '2.0', softwareVersion = 'tocsin', comments, padding } = given
    const text = `SSH-${protocolVersion}-${softwareVersion}${comments === undefined ? '' : ` ${comments}`}`
    const kind = given.kind ?? (Object.keys(given).some(ofPacket) ? 'packet' : 'identification')
    const identification = new TextEncoder().encode(text)
    if (kind === 'identification') return { kind, identification }
    const values = { ...withInitials(contentStruct, given), kind }
    const size = measure(contentStruct, values, given).size + (given.data?.length ?? 0)
    const pad = padding ?? new Uint8Array(paddingFor(4 + 1 + size))
    return { kind, padding: pad, paddingLength: Math.min(0xff, pad.length), packetLength: 1 + size + pad.length }
  },
  next: (_values, following) => (following.length > 0 ? 'ssh' : undefined),
  recognise: (input) => tellKind(input) === 'identification' || plausibleLength(input),
  inspect: (values) => {
    if (isIdentification(values))
      return /^SSH-[^-\s]+-[^\s-][^\s-]*( .*)?$/.test(latin1(values.identification))
        ? []
        : ['identification is not SSH-protoversion-softwareversion']
    const problems = left(values) < 0 ? [`packetLength is ${values.packetLength}, less than what is there`] : []
    if (values.paddingLength < 4) problems.push(`paddingLength is ${values.paddingLength}, 4 is the least`)
    return problems
  },
})

function tellKind(input: Uint8Array): 'identification' | 'packet' {
  return latin1(input.subarray(0, 4)) === 'SSH-' ? 'identification' : 'packet'
}

function plausibleLength(input: Uint8Array): boolean {
  if (input.length < 6) return false
  const length = new DataView(input.buffer, input.byteOffset).getUint32(0)
  return length <= longestPacket && (input[4] as number) < Math.max(length, 12)
}

function ofPacket(field: string): boolean {
  return (
    field in content || field === 'packetLength' || field === 'paddingLength' || field === 'data' || field === 'padding'
  )
}

function paddingFor(size: number): number {
  const least = block - (size % block)
  return least < 4 ? least + block : least
}

/** Bytes of the message that no field has read yet; negative if they read too many. */
function left(values: Values): number {
  let bitCount = 0
  for (const [name, field] of contentStruct.entries) {
    const value = values[name]
    if (value === undefined || field.kind === 'virtual') continue
    bitCount += field.kind === 'number' ? field.bits : field.encode(value, values).length * 8
  }
  return numberOf(values, 'packetLength') - 1 - numberOf(values, 'paddingLength') - bitCount / 8
}
