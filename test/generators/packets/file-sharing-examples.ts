import { type Example, eth, ip4, layer } from './example.ts'

type Part = Record<string, unknown>

const segment = (sourcePort: number, destinationPort: number) =>
  layer('tcp', { sourcePort, destinationPort, sequenceNumber: 1, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] })
const smb2 = (port: number, values: Part) => [eth, ip4, segment(port, 445), layer('nbss'), layer('smb2', values)]
const smb2Answer = (port: number, values: Part) => [eth, ip4, segment(445, port), layer('nbss'), layer('smb2', values)]
const smb1 = (port: number, values: Part) => [eth, ip4, segment(port, 445), layer('nbss'), layer('smb1', values)]
const smb1Answer = (port: number, values: Part) => [eth, ip4, segment(445, port), layer('nbss'), layer('smb1', values)]
const fileId = '0123456789abcdef'
const session = { sessionId: 9, treeId: 5 }

const requests: [string, Part][] = [
  ['negotiate', { negotiateRequest: { dialects: [0x0202, 0x0210, 0x0300] } }],
  ['session setup', { sessionSetupRequest: { securityBuffer: { ntlmNegotiate: {} } } }],
  ['tree connect', { treeConnectRequest: { path: '\\\\server\\share' } }],
  ['create', { createRequest: { name: 'report.txt' } }],
  ['read', { readRequest: { fileId, length: 512, offset: 4096 } }],
  ['write', { writeRequest: { fileId, data: 'hello' } }],
  ['close', { closeRequest: { fileId } }],
  ['rename', { setInfoRequest: { fileId, fileInfoClass: 13, buffer: { hex: '01' } } }],
  ['echo', { echoRequest: {} }],
  ['tree disconnect', { treeDisconnectRequest: {} }],
  ['logoff', { logoffRequest: {} }],
]
const authenticate = {
  ntlmAuthenticate: {
    domain: 'EXAMPLE',
    user: 'alice',
    workstation: 'DESK',
    ntResponse: { repeat: { byte: 0x5a, count: 24 } },
    lmResponse: { repeat: { byte: 0xa5, count: 24 } },
  },
}
const challenge = { ntlmChallenge: { targetName: 'EXAMPLE', serverChallenge: { hex: '0102030405060708' } } }
const answers: [string, Part, Part?][] = [
  ['negotiate', { negotiateResponse: {} }],
  ['session setup', { sessionSetupResponse: { securityBuffer: challenge } }, { status: 'MORE_PROCESSING_REQUIRED' }],
  ['tree connect', { treeConnectResponse: {} }],
  ['create', { createResponse: { fileId } }],
  ['read', { readResponse: { data: 'hello' } }],
  ['write', { writeResponse: { count: 5 } }],
  ['close', { closeResponse: {} }],
  ['set info', { setInfoResponse: {} }],
  ['failure', { errorResponse: {} }, { command: 'READ', status: 'END_OF_FILE' }],
]
const requests1: [string, Part][] = [
  ['negotiate', { negotiateRequest: { dialects: [{}, { dialect: 'SMB 2.002' }] } }],
  ['session setup', { sessionSetupRequest: { securityBlob: { ntlmNegotiate: {} } } }],
  ['tree connect', { treeConnectRequest: {} }],
  ['create', { createRequest: {} }],
  ['read', { readRequest: {} }],
  ['write', { writeRequest: { data: 'hello' } }],
  ['close', { closeRequest: {} }],
  ['echo', { echoRequest: { data: 'hello' } }],
]
const answers1: [string, Part, Part?][] = [
  ['negotiate', { negotiateResponse: {} }],
  ['session setup', { sessionSetupResponse: { securityBlob: challenge } }, { status: 0xc0000016 }],
  ['tree connect', { treeConnectResponse: {} }, { tid: 5 }],
  ['create', { createResponse: {} }],
  ['read', { readResponse: { data: 'hello' } }],
  ['write', { writeResponse: { count: 5 } }],
  ['echo', { echoResponse: { data: 'hello' } }],
  ['close', { emptyResponse: {} }, { command: 'CLOSE' }],
]
const rpcCall = { xid: 77, credentialFlavor: 1, credentials: { hex: '00000000 00000000 00000000 00000000 00000000' } }
const inRecord = (port: number, values: Part, body?: Part) => [
  eth,
  ip4,
  values.messageType === 'reply' ? segment(2049, port) : segment(port, 2049),
  layer('rpcRecord'),
  layer('rpc', values),
  ...(body === undefined ? [] : [layer('nfs', { body })]),
]
const calls: [string, Part, Part?][] = [
  ['null', { procedure: 0 }],
  ['getattr', { procedure: 1 }, { getattrCall: {} }],
  ['lookup', { procedure: 3 }, { lookupCall: { name: 'file.txt' } }],
  ['read', { procedure: 6 }, { readCall: {} }],
  ['write', { procedure: 7 }, { writeCall: { data: 'hello' } }],
  ['getattr answer', { messageType: 'reply' }, { getattrReply: {} }],
  ['lookup answer', { messageType: 'reply' }, { lookupReply: {} }],
  ['read answer', { messageType: 'reply' }, { readReply: { data: 'hello' } }],
  ['write answer', { messageType: 'reply' }, { writeReply: { count: 5 } }],
  ['failure', { messageType: 'reply' }, { failedReply: { status: 'NOENT' } }],
]

/** Correct packets of SMB1, SMB2 and NFS. */
export const fileSharingExamples: Example[] = [
  ...requests.map(([name, body], index) => ({
    name: `SMB2 ${name}`,
    stack: smb2(41000 + index, { ...session, messageId: index, body }),
  })),
  ...answers.map(([name, body, others], index) => ({
    name: `SMB2 answer: ${name}`,
    stack: smb2Answer(41100 + index, { ...session, messageId: index, ...others, body }),
  })),
  {
    name: 'SMB2 end of a session setup',
    stack: smb2(41150, { sessionId: 9, body: { sessionSetupRequest: { securityBuffer: authenticate } } }),
  },
  ...requests1.map(([name, body], index) => ({ name: `SMB1 ${name}`, stack: smb1(41200 + index, { body }) })),
  ...answers1.map(([name, body, others], index) => ({
    name: `SMB1 answer: ${name}`,
    stack: smb1Answer(41300 + index, { ...others, body }),
  })),
  ...calls.map(([name, values, body], index) => ({
    name: `NFS ${name}`,
    stack: inRecord(41400 + index, { ...rpcCall, ...values, xid: 77 + index }, body),
  })),
  {
    name: 'DCE RPC bind over TCP',
    stack: [eth, ip4, segment(41600, 135), layer('dcerpc', { message: { bind: { contexts: [{}] } } })],
  },
  {
    name: 'DCE RPC answer to a bind over TCP',
    stack: [eth, ip4, segment(135, 41601), layer('dcerpc', { message: { bindAck: {} } })],
  },
  {
    name: 'DCE RPC request in a pipe',
    stack: smb2(41602, { ...session, body: { writeRequest: { fileId, data: { request: { stub: 'stub' } } } } }),
  },
  {
    name: 'DCE RPC response in a pipe',
    stack: smb2Answer(41603, { ...session, body: { readResponse: { data: { response: { stub: 'stub' } } } } }),
  },
  {
    name: 'RPC call to the port mapper in UDP',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 41500, destinationPort: 111 }),
      layer('rpc', { program: 'portmap', programVersion: 2 }),
    ],
  },
]
