import { fixedBytes } from './byte-fields.ts'
import { u8 } from './field.ts'
import { listOf } from './list-of.ts'
import { u16le, u32le } from './little-endian.ts'
import { securityBuffer } from './ntlmssp.ts'
import { shape } from './shaped.ts'
import { moment, of, offset, size } from './smb2-fields.ts'
import { utf16 } from './utf16.ts'
import { u64le } from './wide-number.ts'

const megabyte = 1_048_576
const plain = (name: string) => shape(name, { structureSize: size(4), reserved: u16le('Reserved.') })

const negotiateRequest = shape(
  'negotiateRequest',
  {
    structureSize: size(36),
    dialectCount: u16le('Number of dialects.', { computed: 'from the list' }),
    securityMode: u16le('1 for signing.', { initial: 1 }),
    reserved: u16le('Reserved.'),
    capabilities: u32le('What the client can do.'),
    clientGuid: fixedBytes(16, 'Who the client is.'),
    clientStartTime: u64le('0, or where contexts are.'),
    dialects: listOf(u16le('Dialect.'), 'Dialects, such as 0x0210.', {
      label: 'dialects',
      length: ({ dialectCount }) => Number(dialectCount) * 2,
    }),
  },
  ({ dialects }) => ({ dialectCount: dialects.length }),
)

const negotiateResponse = shape(
  'negotiateResponse',
  {
    structureSize: size(65),
    securityMode: u16le('1 for signing.', { initial: 1 }),
    dialectRevision: u16le('Dialect that was chosen.', { initial: 0x0210 }),
    contextCount: u16le('Number of contexts, in dialect 3.1.1.'),
    serverGuid: fixedBytes(16, 'Who the server is.'),
    capabilities: u32le('What the server can do.'),
    maxTransactSize: u32le('Largest transaction in bytes.', { initial: megabyte }),
    maxReadSize: u32le('Largest read in bytes.', { initial: megabyte }),
    maxWriteSize: u32le('Largest write in bytes.', { initial: megabyte }),
    systemTime: moment('Time of the server.'),
    serverStartTime: u64le('When the server started.'),
    securityBufferOffset: offset(),
    securityBufferLength: u16le('Bytes.', { computed: 'size' }),
    contextOffset: u32le('Where contexts are.'),
    securityBuffer: securityBuffer('Security mechanisms.', of('securityBuffer').length),
  },
  (values) => ({ securityBufferOffset: 128, securityBufferLength: values.securityBuffer.bytes.length }),
)

const sessionSetupRequest = shape(
  'sessionSetupRequest',
  {
    structureSize: size(25),
    flags: u8('1 binds to another connection.'),
    securityMode: u8('1 for signing.', { initial: 1 }),
    capabilities: u32le('What the client can do.'),
    channel: u32le('0.'),
    securityBufferOffset: offset(),
    securityBufferLength: u16le('Bytes.', { computed: 'size' }),
    previousSessionId: u64le('Session that this one takes over.'),
    securityBuffer: securityBuffer('Message of the security mechanism.', of('securityBuffer').length),
  },
  (values) => ({ securityBufferOffset: 88, securityBufferLength: values.securityBuffer.bytes.length }),
)

const sessionSetupResponse = shape(
  'sessionSetupResponse',
  {
    structureSize: size(9),
    sessionFlags: u16le('1 for a guest.'),
    securityBufferOffset: offset(),
    securityBufferLength: u16le('Bytes.', { computed: 'size' }),
    securityBuffer: securityBuffer('Message of the security mechanism.', of('securityBuffer').length),
  },
  (values) => ({ securityBufferOffset: 72, securityBufferLength: values.securityBuffer.bytes.length }),
)

const treeConnectRequest = shape(
  'treeConnectRequest',
  {
    structureSize: size(9),
    flags: u16le('0.'),
    pathOffset: offset(),
    pathLength: u16le('Bytes.', { computed: 'size' }),
    path: utf16('Share, as \\\\server\\share.', of('path')),
  },
  ({ path }) => ({ pathOffset: 72, pathLength: path.length }),
)

const treeConnectResponse = shape('treeConnectResponse', {
  structureSize: size(16),
  shareType: u8('Kind of share.', { initial: 1, names: { DISK: 1, PIPE: 2, PRINT: 3 } }),
  reserved: u8('Reserved.'),
  shareFlags: u32le('Flags of the share.'),
  capabilities: u32le('What the share can do.'),
  maximalAccess: u32le('Rights of the user.', { initial: 0x001f01ff }),
})

/** Bodies of the SMB2 messages that open and close sessions and shares. MS-SMB2 §2.2.3 to §2.2.12, §2.2.28. */
export const sessionShapes = [
  negotiateRequest,
  negotiateResponse,
  sessionSetupRequest,
  sessionSetupResponse,
  plain('logoffRequest'),
  plain('logoffResponse'),
  treeConnectRequest,
  treeConnectResponse,
  plain('treeDisconnectRequest'),
  plain('treeDisconnectResponse'),
  plain('echoRequest'),
  plain('echoResponse'),
]
