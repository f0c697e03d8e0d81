import { bytes } from './byte-fields.ts'
import { dcerpcOrBytes } from './dcerpc-messages.ts'
import { u8 } from './field.ts'
import { u16le, u32le } from './little-endian.ts'
import { shape } from './shaped.ts'
import { attributes, fileId, of, offset, size } from './smb2-fields.ts'
import { utf16 } from './utf16.ts'
import { u64le } from './wide-number.ts'

const createRequest = shape(
  'createRequest',
  {
    structureSize: size(57),
    securityFlags: u8('0.'),
    requestedOplockLevel: u8('Lock that is wanted.'),
    impersonationLevel: u32le('2 is impersonation.', { initial: 2 }),
    smbCreateFlags: u64le('0.'),
    reserved: u64le('Reserved.'),
    desiredAccess: u32le('Rights that are wanted.', { initial: 0x0012019f }),
    fileAttributes: u32le('Attributes of a new file.', { initial: 0x80 }),
    shareAccess: u32le('What others may do meanwhile.', { initial: 7 }),
    createDisposition: u32le('What if it exists, or not.', {
      initial: 1,
      names: { SUPERSEDE: 0, OPEN: 1, CREATE: 2, OPEN_IF: 3, OVERWRITE: 4, OVERWRITE_IF: 5 },
    }),
    createOptions: u32le('0x40 is a file, not a directory.', { initial: 0x40 }),
    nameOffset: offset(),
    nameLength: u16le('Bytes.', { computed: 'size' }),
    createContextsOffset: u32le('Where contexts are.'),
    createContextsLength: u32le('Bytes of contexts.'),
    name: utf16('Name of the file, from the share on.', of('name')),
  },
  ({ name }) => ({ nameOffset: 120, nameLength: name.length }),
)

const createResponse = shape('createResponse', {
  structureSize: size(89),
  oplockLevel: u8('Lock that is granted.'),
  flags: u8('0.'),
  createAction: u32le('1 opened, 2 created.', { initial: 1 }),
  ...attributes(),
  reserved: u32le('Reserved.'),
  fileId: fileId(),
  createContextsOffset: u32le('Where contexts are.'),
  createContextsLength: u32le('Bytes of contexts.'),
})

const closeRequest = shape('closeRequest', {
  structureSize: size(24),
  flags: u16le('1 asks for the attributes.'),
  reserved: u32le('Reserved.'),
  fileId: fileId(),
})

const closeResponse = shape('closeResponse', {
  structureSize: size(60),
  flags: u16le('1 if the attributes are meant.'),
  reserved: u32le('Reserved.'),
  ...attributes(),
})

const readRequest = shape('readRequest', {
  structureSize: size(49),
  padding: u8('Where the data should be in the answer.', { initial: 80 }),
  flags: u8('0.'),
  length: u32le('Bytes to read.', { initial: 4096 }),
  offset: u64le('Where in the file.'),
  fileId: fileId(),
  minimumCount: u32le('Fewer bytes are a failure.'),
  channel: u32le('0.'),
  remainingBytes: u32le('Bytes that will be read later.'),
  channelInfoOffset: u16le('0.'),
  channelInfoLength: u16le('0.'),
  buffer: bytes('One byte that means nothing.', { initial: new Uint8Array(1) }),
})

const readResponse = shape(
  'readResponse',
  {
    structureSize: size(17),
    dataOffset: u8('From the start of the SMB2 header.', { computed: 'where it is' }),
    reserved: u8('Reserved.'),
    dataLength: u32le('Bytes.', { computed: 'size of the data' }),
    dataRemaining: u32le('0.'),
    reserved2: u32le('Reserved.'),
    data: dcerpcOrBytes('What was read; from a pipe, a DCE RPC message.', 'data', of('data').length),
  },
  ({ data }) => ({ dataOffset: 80, dataLength: data.bytes.length }),
)

const writeRequest = shape(
  'writeRequest',
  {
    structureSize: size(49),
    dataOffset: offset(),
    dataLength: u32le('Bytes.', { computed: 'size of the data' }),
    offset: u64le('Where in the file.'),
    fileId: fileId(),
    channel: u32le('0.'),
    remainingBytes: u32le('Bytes that will be written later.'),
    channelInfoOffset: u16le('0.'),
    channelInfoLength: u16le('0.'),
    flags: u32le('1 writes through to the disk.'),
    data: dcerpcOrBytes('What is written; to a pipe, a DCE RPC message.', 'data', of('data').length),
  },
  ({ data }) => ({ dataOffset: 112, dataLength: data.bytes.length }),
)

const writeResponse = shape('writeResponse', {
  structureSize: size(17),
  reserved: u16le('Reserved.'),
  count: u32le('Bytes that were written.'),
  remaining: u32le('0.'),
  channelInfoOffset: u16le('0.'),
  channelInfoLength: u16le('0.'),
})

const ioctlRequest = shape(
  'ioctlRequest',
  {
    structureSize: size(57),
    reserved: u16le('Reserved.'),
    ctlCode: u32le('What is asked for; 0x0011c017 writes to a pipe and reads.', { initial: 0x0011c017 }),
    fileId: fileId(),
    inputOffset: u32le('From the start of the SMB2 header.', { computed: 'where it is' }),
    inputLength: u32le('Bytes.', { computed: 'size of the input' }),
    maxInputResponse: u32le('Largest input in the answer.'),
    outputOffset: u32le('0.'),
    outputCount: u32le('0.'),
    maxOutputResponse: u32le('Largest output in the answer.', { initial: 4096 }),
    flags: u32le('1 for a file system control.', { initial: 1 }),
    reserved2: u32le('Reserved.'),
    input: dcerpcOrBytes('What is sent; to a pipe, a DCE RPC message.', 'input', of('input').length),
  },
  ({ input }) => ({ inputOffset: 120, inputLength: input.bytes.length }),
)

const ioctlResponse = shape(
  'ioctlResponse',
  {
    structureSize: size(49),
    reserved: u16le('Reserved.'),
    ctlCode: u32le('What was asked for.', { initial: 0x0011c017 }),
    fileId: fileId(),
    inputOffset: u32le('From the start of the SMB2 header.', { initial: 112 }),
    inputLength: u32le('0.'),
    outputOffset: u32le('From the start of the SMB2 header.', { computed: 'where it is' }),
    outputLength: u32le('Bytes.', { computed: 'size of the output' }),
    flags: u32le('0.'),
    reserved2: u32le('Reserved.'),
    output: dcerpcOrBytes('The answer; from a pipe, a DCE RPC message.', 'output', of('output').length),
  },
  ({ output }) => ({ outputOffset: 112, outputLength: output.bytes.length }),
)

const setInfoRequest = shape(
  'setInfoRequest',
  {
    structureSize: size(33),
    infoType: u8('1 is about a file.', { initial: 1 }),
    fileInfoClass: u8('10 renames, 13 deletes.', { initial: 13 }),
    bufferLength: u32le('Bytes.', { computed: 'size of the buffer' }),
    bufferOffset: offset(),
    reserved: u16le('Reserved.'),
    additionalInformation: u32le('0.'),
    fileId: fileId(),
    buffer: bytes('What is set.', of('buffer')),
  },
  ({ buffer }) => ({ bufferOffset: 96, bufferLength: buffer.length }),
)

const setInfoResponse = shape('setInfoResponse', { structureSize: size(2) })

const errorResponse = shape('errorResponse', {
  structureSize: size(9),
  errorContextCount: u8('0.'),
  reserved: u8('Reserved.'),
  byteCount: u32le('Bytes of error data.'),
  errorData: bytes('One byte that means nothing.', { initial: new Uint8Array(1) }),
})

/** Bodies of the SMB2 messages about files, and of failures. MS-SMB2 §2.2.2, §2.2.13 to §2.2.40. */
export const fileShapes = [
  createRequest,
  createResponse,
  closeRequest,
  closeResponse,
  readRequest,
  readResponse,
  writeRequest,
  writeResponse,
  ioctlRequest,
  ioctlResponse,
  setInfoRequest,
  setInfoResponse,
  errorResponse,
]
