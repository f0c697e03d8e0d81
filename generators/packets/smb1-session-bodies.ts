import { bytes, fixedBytes } from './byte-fields.ts'
import { u8 } from './field.ts'
import { u16le, u32le } from './little-endian.ts'
import { securityBuffer } from './ntlmssp.ts'
import { shape } from './shaped.ts'
import { andx, byteCount, moment, of, rest, words } from './smb1-fields.ts'
import { structList } from './struct-list.ts'
import { zeroTerminated } from './zero-terminated.ts'

const negotiateRequest = shape(
  'negotiateRequest',
  {
    wordCount: words(0),
    byteCount: byteCount(),
    dialects: structList('dialects', 'Dialects that the client speaks.', {
      bufferFormat: u8('2.', { initial: 2 }),
      dialect: zeroTerminated('Name.', { initial: 'NT LM 0.12' }),
    }),
  },
  ({ dialects }) => ({
    byteCount: dialects.reduce((sum, { dialect }) => sum + 2 + ((dialect as Uint8Array | undefined)?.length ?? 10), 0),
  }),
)

const negotiateResponse = shape(
  'negotiateResponse',
  {
    wordCount: words(17),
    dialectIndex: u16le('Which of the dialects, from 0.'),
    securityMode: u8('3 is for users with encrypted passwords.', { initial: 3 }),
    maxMpxCount: u16le('Requests under way.', { initial: 50 }),
    maxNumberVcs: u16le('1.', { initial: 1 }),
    maxBufferSize: u32le('Largest message.', { initial: 16644 }),
    maxRawSize: u32le('Largest raw message.', { initial: 65536 }),
    sessionKey: u32le('0.'),
    capabilities: u32le('What the server can do; extended security.', { initial: 0x8000f3fd }),
    systemTime: moment('Time of the server.'),
    serverTimeZone: u16le('Minutes from UTC.'),
    challengeLength: u8('0 with extended security.'),
    byteCount: byteCount(),
    serverGuid: fixedBytes(16, 'Who the server is.'),
    securityBlob: securityBuffer('Security mechanisms.', ({ byteCount: count }) => Math.max(0, Number(count) - 16)),
  },
  ({ securityBlob }) => ({ byteCount: 16 + securityBlob.bytes.length }),
)

const sessionSetupRequest = shape(
  'sessionSetupRequest',
  {
    wordCount: words(12),
    ...andx,
    maxBufferSize: u16le('Largest message.', { initial: 16644 }),
    maxMpxCount: u16le('Requests under way.', { initial: 50 }),
    vcNumber: u16le('0.'),
    sessionKey: u32le('0.'),
    securityBlobLength: u16le('Bytes.', { computed: 'size' }),
    reserved: u32le('Reserved.'),
    capabilities: u32le('What the client can do; extended security.', { initial: 0x800000d4 }),
    byteCount: byteCount(),
    securityBlob: securityBuffer('Message of the security mechanism.', of('securityBlob').length),
    native: bytes('Names of the system.', {
      initial: new Uint8Array(2),
      ...rest((values) => Number(values.securityBlobLength)),
    }),
  },
  ({ securityBlob, native }) => ({
    securityBlobLength: securityBlob.bytes.length,
    byteCount: securityBlob.bytes.length + native.length,
  }),
)

const sessionSetupResponse = shape(
  'sessionSetupResponse',
  {
    wordCount: words(4),
    ...andx,
    action: u16le('1 for a guest.'),
    securityBlobLength: u16le('Bytes.', { computed: 'size' }),
    byteCount: byteCount(),
    securityBlob: securityBuffer('Message of the security mechanism.', of('securityBlob').length),
    native: bytes('Names of the system.', {
      initial: new Uint8Array(2),
      ...rest((values) => Number(values.securityBlobLength)),
    }),
  },
  ({ securityBlob, native }) => ({
    securityBlobLength: securityBlob.bytes.length,
    byteCount: securityBlob.bytes.length + native.length,
  }),
)

const treeConnectRequest = shape(
  'treeConnectRequest',
  {
    wordCount: words(4),
    ...andx,
    flags: u16le('0.'),
    passwordLength: u16le('Bytes.', { computed: 'size' }),
    byteCount: byteCount(),
    password: bytes('Password of the share.', { initial: new Uint8Array(1), ...of('password') }),
    path: zeroTerminated('Share, as \\\\server\\share.', { initial: '\\\\server\\share' }),
    service: zeroTerminated('Kind of share, ????? for any.', { initial: '?????' }),
  },
  ({ password, path, service }) => ({
    passwordLength: password.length,
    byteCount: password.length + path.length + service.length + 2,
  }),
)

const treeConnectResponse = shape(
  'treeConnectResponse',
  {
    wordCount: words(3),
    ...andx,
    optionalSupport: u16le('1 for search bits.', { initial: 1 }),
    byteCount: byteCount(),
    service: zeroTerminated('Kind of share, A: for a disk.', { initial: 'A:' }),
    nativeFileSystem: zeroTerminated('Name of the file system.', { initial: 'NTFS' }),
  },
  ({ service, nativeFileSystem }) => ({ byteCount: service.length + nativeFileSystem.length + 2 }),
)

const echoRequest = shape(
  'echoRequest',
  {
    wordCount: words(1),
    echoCount: u16le('Answers that are wanted.', { initial: 1 }),
    byteCount: byteCount(),
    data: bytes('What is to be sent back.', rest()),
  },
  ({ data }) => ({ byteCount: data.length }),
)

const echoResponse = shape(
  'echoResponse',
  {
    wordCount: words(1),
    sequenceNumber: u16le('Counts the answers from 1.', { initial: 1 }),
    byteCount: byteCount(),
    data: bytes('What was sent.', rest()),
  },
  ({ data }) => ({ byteCount: data.length }),
)

const emptyResponse = shape('emptyResponse', { wordCount: words(0), byteCount: byteCount() })

/** Bodies of the SMB1 messages that open sessions and shares. MS-CIFS §2.2.4, MS-SMB §2.2.4. */
export const sessionShapes = [
  negotiateRequest,
  negotiateResponse,
  sessionSetupRequest,
  sessionSetupResponse,
  treeConnectRequest,
  treeConnectResponse,
  echoRequest,
  echoResponse,
  emptyResponse,
]
