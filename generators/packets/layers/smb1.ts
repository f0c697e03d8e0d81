import { fixedBytes } from '../byte-fields.ts'
import { flags, numberOf, u8, u16, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { littleEndian, u16le, u32le } from '../little-endian.ts'
import { shapedField } from '../shaped.ts'
import { fileShapes } from '../smb1-file-bodies.ts'
import { sessionShapes } from '../smb1-session-bodies.ts'

const commands = {
  CLOSE: 0x04,
  TRANSACTION: 0x25,
  ECHO: 0x2b,
  READ_ANDX: 0x2e,
  WRITE_ANDX: 0x2f,
  TRANSACTION2: 0x32,
  TREE_DISCONNECT: 0x71,
  NEGOTIATE: 0x72,
  SESSION_SETUP_ANDX: 0x73,
  LOGOFF_ANDX: 0x74,
  TREE_CONNECT_ANDX: 0x75,
  NT_CREATE_ANDX: 0xa2,
}
const stems: Readonly<Record<number, string>> = {
  4: 'close',
  43: 'echo',
  46: 'read',
  47: 'write',
  114: 'negotiate',
  115: 'sessionSetup',
  117: 'treeConnect',
  162: 'create',
}
const reply = 0x80
const initialFlags = 0x18
const shapes = [...sessionShapes, ...fileShapes]
const names: readonly string[] = shapes.map(({ name }) => name)

/** One SMB1 message, header and body, inside `nbss`; strings are ASCII unless UNICODE is set. MS-CIFS §2.2.3. */
export const smb1 = defineLayer({
  name: 'smb1',
  title: 'SMB1 message',
  rfc: 'MS-CIFS §2.2.3',
  fields: {
    protocol: fixedBytes(4, '0xff and SMB.', { initial: Uint8Array.of(0xff, 0x53, 0x4d, 0x42) }),
    command: u8('What is asked for.', { names: commands, computed: 'from the body', initial: commands.ECHO }),
    status: u32le('Result, in answers.'),
    flags: u8('0x80 marks an answer.', { initial: initialFlags, computed: 'from the body' }),
    flags2: littleEndian(
      flags(
        16,
        { LONG_NAMES: 1, EXTENDED_ATTRIBUTES: 2, EXTENDED_SECURITY: 0x800, NT_STATUS: 0x4000, UNICODE: 0x8000 },
        'More flags.',
        { initial: 0x4801 },
      ),
    ),
    pidHigh: u16le('High part of pidLow.'),
    securityFeatures: fixedBytes(8, 'Signature.'),
    reserved: u16('Reserved.'),
    tid: u16le('Share.'),
    pidLow: u16le('Process of the client.', { initial: 0xfeff }),
    uid: u16le('User.'),
    mid: u16le('Ties answer to request.', { initial: 1 }),
    body: shapedField('Words and bytes of the command.', shapes, { pick: bodyOf }),
  },
  imply: ({ body, status }) => {
    const name = body?.shape
    if (name === undefined) return {}
    const stem = name.replace(/(Request|Response)$/, '')
    const command = Object.keys(stems).find((number) => stems[Number(number)] === stem)
    const isReply = name.endsWith('Response') || (status !== undefined && status !== 0)
    return {
      flags: initialFlags + (isReply ? reply : 0),
      ...(command === undefined ? {} : { command: Number(command) }),
    }
  },
  inspect: ({ protocol }) => (protocol[0] === 0xff ? [] : ['protocol is not that of SMB1']),
})

function bodyOf(values: Values, bytes: Uint8Array): string | undefined {
  const stem = stems[numberOf(values, 'command')]
  const isReply = (numberOf(values, 'flags') & reply) !== 0
  if (isReply && bytes[0] === 0) return 'emptyResponse'
  const name = stem === undefined ? '' : `${stem}${isReply ? 'Response' : 'Request'}`
  return names.includes(name) ? name : undefined
}
