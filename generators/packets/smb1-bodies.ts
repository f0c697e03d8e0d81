import { bytes, fixedBytes } from './byte-fields.ts'
import { u8, type Values } from './field.ts'
import { u16le, u32le } from './little-endian.ts'
import { securityBuffer } from './ntlmssp.ts'
import { shape } from './shaped.ts'
import { structList } from './struct-list.ts'
import { zeroTerminated } from './text-fields.ts'
import { u64le } from './wide-number.ts'

/** Bytes from the start of the SMB1 header to the words. */
const beforeWords = 33
const time = 134_116_992_000_000_000

const words = (count: number) => u8('Number of words that follow.', { initial: count })
const byteCount = () => u16le('Bytes that follow the words.', { computed: 'size of what follows' })
const andx = {
  andxCommand: u8('Next command of a chain, 0xff for none.', { initial: 0xff }),
  andxReserved: u8('Reserved.'),
  andxOffset: u16le('Where the next command is.'),
}
const fid = () => u16le('Handle of the open file.', { initial: 0x4000 })
const of = (name: string) => ({ label: name, length: (values: Values) => Number(values[`${name}Length`]) })
/** What is left after the bytes of which the size is known. */
const rest = (known: (values: Values) => number) => ({
  label: 'native names',
  length: (values: Values) => Math.max(0, Number(values.byteCount) - known(values)),
})

const negotiateRequest = shape(
  'negotiateRequest',
  {
    wordCount: words(0),
    byteCount: byteCount(),
    dialects: structList('dialects', 'Dialects that the client speaks.', {
      bufferFormat: u8('2.', { initial: 2 }),
      dialect: zeroTerminated('Name.', 'NT LM 0.12'),
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
    systemTime: u64le('Time of the server.', { initial: time }),
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
    path: zeroTerminated('Share, as \\\\server\\share.', '\\\\server\\share'),
    service: zeroTerminated('Kind of share, ????? for any.', '?????'),
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
    service: zeroTerminated('Kind of share, A: for a disk.', 'A:'),
    nativeFileSystem: zeroTerminated('Name of the file system.', 'NTFS'),
  },
  ({ service, nativeFileSystem }) => ({ byteCount: service.length + nativeFileSystem.length + 2 }),
)

const createRequest = shape(
  'createRequest',
  {
    wordCount: words(24),
    ...andx,
    reserved: u8('Reserved.'),
    nameLength: u16le('Bytes.', { computed: 'size' }),
    flags: u32le('0.'),
    rootDirectoryFid: u32le('Directory to start from.'),
    desiredAccess: u32le('Rights that are wanted.', { initial: 0x0012019f }),
    allocationSize: u64le('Bytes for a new file.'),
    fileAttributes: u32le('Attributes of a new file.', { initial: 0x80 }),
    shareAccess: u32le('What others may do meanwhile.', { initial: 7 }),
    createDisposition: u32le('What if it exists, or not.', { initial: 1 }),
    createOptions: u32le('0x40 is a file, not a directory.', { initial: 0x40 }),
    impersonationLevel: u32le('2 is impersonation.', { initial: 2 }),
    securityFlags: u8('0.'),
    byteCount: byteCount(),
    name: zeroTerminated('Name of the file, from the share on.', '\\file.txt'),
  },
  ({ name }) => ({ nameLength: name.length, byteCount: name.length + 1 }),
)

const createResponse = shape('createResponse', {
  wordCount: words(34),
  ...andx,
  oplockLevel: u8('Lock that is granted.'),
  fid: fid(),
  createAction: u32le('1 opened, 2 created.', { initial: 1 }),
  creationTime: u64le('When it was made.', { initial: time }),
  lastAccessTime: u64le('When it was last read.', { initial: time }),
  lastWriteTime: u64le('When it was last written.', { initial: time }),
  changeTime: u64le('When it was last changed.', { initial: time }),
  fileAttributes: u32le('Attributes.', { initial: 0x80 }),
  allocationSize: u64le('Bytes on the disk.'),
  endOfFile: u64le('Bytes of the file.'),
  resourceType: u16le('0 for a file.'),
  pipeStatus: u16le('State of a pipe.'),
  directory: u8('1 for a directory.'),
  byteCount: byteCount(),
})

const readRequest = shape('readRequest', {
  wordCount: words(12),
  ...andx,
  fid: fid(),
  offset: u32le('Where in the file.'),
  maxCount: u16le('Bytes to read.', { initial: 4096 }),
  minCount: u16le('Fewer bytes are a failure.'),
  maxCountHigh: u32le('High part of the count.'),
  remaining: u16le('0.'),
  offsetHigh: u32le('High part of the offset.'),
  byteCount: byteCount(),
})

const readResponse = shape(
  'readResponse',
  {
    wordCount: words(12),
    ...andx,
    available: u16le('0xffff for a file.', { initial: 0xffff }),
    dataCompactionMode: u16le('0.'),
    reserved: u16le('Reserved.'),
    dataLength: u16le('Bytes.', { computed: 'size of the data' }),
    dataOffset: u16le('From the start of the header.', { computed: 'where it is' }),
    dataLengthHigh: u16le('High part of the length.'),
    reserved2: u64le('Reserved.'),
    byteCount: byteCount(),
    data: bytes('What was read.', of('data')),
  },
  ({ data }) => ({ dataLength: data.length, dataOffset: beforeWords + 26, byteCount: data.length }),
)

const writeRequest = shape(
  'writeRequest',
  {
    wordCount: words(14),
    ...andx,
    fid: fid(),
    offset: u32le('Where in the file.'),
    timeout: u32le('0.'),
    writeMode: u16le('0.'),
    remaining: u16le('0.'),
    dataLengthHigh: u16le('High part of the length.'),
    dataLength: u16le('Bytes.', { computed: 'size of the data' }),
    dataOffset: u16le('From the start of the header.', { computed: 'where it is' }),
    offsetHigh: u32le('High part of the offset.'),
    byteCount: byteCount(),
    data: bytes('What is written.', of('data')),
  },
  ({ data }) => ({ dataLength: data.length, dataOffset: beforeWords + 30, byteCount: data.length }),
)

const writeResponse = shape('writeResponse', {
  wordCount: words(6),
  ...andx,
  count: u16le('Bytes that were written.'),
  available: u16le('0xffff for a file.', { initial: 0xffff }),
  countHigh: u16le('High part of the count.'),
  reserved: u16le('Reserved.'),
  byteCount: byteCount(),
})

const closeRequest = shape('closeRequest', {
  wordCount: words(3),
  fid: fid(),
  lastModified: u32le('0xffffffff leaves the time to the server.', { initial: 0xffffffff }),
  byteCount: byteCount(),
})

const echoRequest = shape(
  'echoRequest',
  {
    wordCount: words(1),
    echoCount: u16le('Answers that are wanted.', { initial: 1 }),
    byteCount: byteCount(),
    data: bytes('What is to be sent back.', { label: 'data', length: ({ byteCount: count }) => Number(count) }),
  },
  ({ data }) => ({ byteCount: data.length }),
)

const echoResponse = shape(
  'echoResponse',
  {
    wordCount: words(1),
    sequenceNumber: u16le('Counts the answers from 1.', { initial: 1 }),
    byteCount: byteCount(),
    data: bytes('What was sent.', { label: 'data', length: ({ byteCount: count }) => Number(count) }),
  },
  ({ data }) => ({ byteCount: data.length }),
)

const emptyResponse = shape('emptyResponse', { wordCount: words(0), byteCount: byteCount() })

/** Bodies of SMB1 messages: words and bytes. MS-CIFS §2.2.4, MS-SMB §2.2.4. */
export const smb1Shapes = [
  negotiateRequest,
  negotiateResponse,
  sessionSetupRequest,
  sessionSetupResponse,
  treeConnectRequest,
  treeConnectResponse,
  createRequest,
  createResponse,
  readRequest,
  readResponse,
  writeRequest,
  writeResponse,
  closeRequest,
  echoRequest,
  echoResponse,
  emptyResponse,
]
