import { bytes } from './byte-fields.ts'
import { u8 } from './field.ts'
import { u16le, u32le } from './little-endian.ts'
import { shape } from './shaped.ts'
import { andx, byteCount, fid, moment, of, words } from './smb1-fields.ts'
import { zeroTerminated } from './zero-terminated.ts'
import { u64le } from './wide-number.ts'

/** Bytes from the start of the SMB1 header to the words. */
const beforeWords = 33

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
    name: zeroTerminated('Name of the file, from the share on.', { initial: '\\file.txt' }),
  },
  ({ name }) => ({ nameLength: name.length, byteCount: name.length + 1 }),
)

const createResponse = shape('createResponse', {
  wordCount: words(34),
  ...andx,
  oplockLevel: u8('Lock that is granted.'),
  fid: fid(),
  createAction: u32le('1 opened, 2 created.', { initial: 1 }),
  creationTime: moment('When it was made.'),
  lastAccessTime: moment('When it was last read.'),
  lastWriteTime: moment('When it was last written.'),
  changeTime: moment('When it was last changed.'),
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

/** Bodies of the SMB1 messages about files. MS-CIFS §2.2.4, MS-SMB §2.2.4. */
export const fileShapes = [
  createRequest,
  createResponse,
  readRequest,
  readResponse,
  writeRequest,
  writeResponse,
  closeRequest,
]
