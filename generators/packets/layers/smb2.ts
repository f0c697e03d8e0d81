import { fixedBytes } from '../byte-fields.ts'
import { flags, numberOf, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { littleEndian, u16le, u32le } from '../little-endian.ts'
import { shapedField } from '../shaped.ts'
import { fileShapes } from '../smb2-file-bodies.ts'
import { sessionShapes } from '../smb2-session-bodies.ts'
import { u64le } from '../wide-number.ts'

const commands = {
  NEGOTIATE: 0,
  SESSION_SETUP: 1,
  LOGOFF: 2,
  TREE_CONNECT: 3,
  TREE_DISCONNECT: 4,
  CREATE: 5,
  CLOSE: 6,
  FLUSH: 7,
  READ: 8,
  WRITE: 9,
  LOCK: 10,
  IOCTL: 11,
  CANCEL: 12,
  ECHO: 13,
  QUERY_DIRECTORY: 14,
  CHANGE_NOTIFY: 15,
  QUERY_INFO: 16,
  SET_INFO: 17,
  OPLOCK_BREAK: 18,
}
const statuses = {
  SUCCESS: 0,
  PENDING: 0x103,
  BUFFER_OVERFLOW: 0x80000005,
  END_OF_FILE: 0xc0000011,
  MORE_PROCESSING_REQUIRED: 0xc0000016,
  ACCESS_DENIED: 0xc0000022,
  LOGON_FAILURE: 0xc000006d,
}
const flagNames = {
  SERVER_TO_REDIR: 1,
  ASYNC_COMMAND: 2,
  RELATED_OPERATIONS: 4,
  SIGNED: 8,
  DFS_OPERATIONS: 0x10000000,
  REPLAY_OPERATION: 0x20000000,
}
const initialFlags = 0

/** Start of the names of the bodies: `treeConnect` of TREE_CONNECT. */
const stems = Object.fromEntries(
  Object.entries(commands).map(([name, number]) => [
    number,
    name.toLowerCase().replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase()),
  ]),
)
const isResponse = (values: Values) => (numberOf(values, 'flags') & flagNames.SERVER_TO_REDIR) !== 0
const isAsync = (values: Values) => (numberOf(values, 'flags') & flagNames.ASYNC_COMMAND) !== 0

/** One SMB2 message, header and body, inside `nbss`. MS-SMB2 §2.2.1. */
export const smb2 = defineLayer({
  name: 'smb2',
  title: 'SMB2 message',
  rfc: 'MS-SMB2 §2.2.1',
  fields: {
    protocolId: fixedBytes(4, '0xfe and SMB.', { initial: Uint8Array.of(0xfe, 0x53, 0x4d, 0x42) }),
    structureSize: u16le('64.', { initial: 64 }),
    creditCharge: u16le('Credits that this costs.', { initial: 1 }),
    status: u32le('Result, in answers.', { names: statuses }),
    command: u16le('What is asked for.', { names: commands, computed: 'from the body', initial: commands.ECHO }),
    credits: u16le('Credits asked for or granted.', { initial: 1 }),
    flags: littleEndian(
      flags(32, flagNames, 'SERVER_TO_REDIR marks an answer.', { computed: 'from the body', initial: initialFlags }),
    ),
    nextCommand: u32le('Where the next message of a compound is.'),
    messageId: u64le('Ties answer to request.'),
    reserved: u32le('Reserved.', { initial: 0xfeff, when: (values) => !isAsync(values) }),
    treeId: u32le('Share.', { when: (values) => !isAsync(values) }),
    asyncId: u64le('Ties late answers to a request.', { when: isAsync }),
    sessionId: u64le('Session of the user.'),
    signature: fixedBytes(16, 'Signature of the message.'),
    body: shapedField('Fields of the command.', [...sessionShapes, ...fileShapes], { pick: bodyOf }),
  },
  imply: ({ body }) => {
    const name = body?.shape
    if (name === undefined || name === 'errorResponse')
      return name === undefined ? {} : { flags: flagNames.SERVER_TO_REDIR }
    const stem = name.replace(/(Request|Response)$/, '')
    const command = Object.values(commands).find((number) => stems[number] === stem)
    return {
      flags: name.endsWith('Response') ? flagNames.SERVER_TO_REDIR : initialFlags,
      ...(command === undefined ? {} : { command }),
    }
  },
  inspect: ({ protocolId, structureSize }) => [
    ...(protocolId[0] === 0xfe ? [] : ['protocolId is not that of SMB2']),
    ...(structureSize === 64 ? [] : [`structureSize is ${structureSize}, not 64`]),
  ],
})

function bodyOf(values: Values): string | undefined {
  const stem = stems[numberOf(values, 'command')]
  if (stem === undefined) return undefined
  if (!isResponse(values)) return `${stem}Request`
  const status = numberOf(values, 'status')
  const isAnswer = status === statuses.SUCCESS || status === statuses.BUFFER_OVERFLOW
  const goesOn = stem === 'sessionSetup' && status === statuses.MORE_PROCESSING_REQUIRED
  return isAnswer || goesOn ? `${stem}Response` : 'errorResponse'
}
