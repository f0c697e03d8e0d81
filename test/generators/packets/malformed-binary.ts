import { eth, ip4, layer } from './example.ts'
import type { Malformed } from './malformed.ts'

type Part = Record<string, unknown>

const segment = (destinationPort: number) => layer('tcp', { sourcePort: 40000, destinationPort, flags: ['ACK', 'PSH'] })
const datagram = (destinationPort: number) => layer('udp', { sourcePort: 40000, destinationPort })
const smb2 = (values: Part) => [eth, ip4, segment(445), layer('nbss'), layer('smb2', values)]
const smb1 = (values: Part) => [eth, ip4, segment(445), layer('nbss'), layer('smb1', values)]
const nfs = (values: Part) => [eth, ip4, segment(2049), layer('rpcRecord'), layer('rpc'), layer('nfs', values)]
const ike = (values: Part) => [eth, ip4, datagram(500), layer('ike', values)]
const dhcp = (values: Part) => [eth, ip4, layer('udp', { sourcePort: 68, destinationPort: 67 }), layer('dhcp', values)]
const snmp = (values: Part) => [eth, ip4, datagram(161), layer('snmp', values)]
const kerberos = (values: Part) => [eth, ip4, datagram(88), layer('kerberos', values)]

/** Malformed SMB, NFS, Kerberos, SNMP, IKE, DHCP, NTP and EtherNet/IP. */
export const malformedBinary: Malformed[] = [
  {
    name: 'session message longer than the segment',
    stack: [eth, ip4, segment(445), layer('nbss', { length: 5000 }), layer('smb2')],
    size: 108,
    at: { 40: '00001388' },
    problem: /5000 bytes of payload announced, 64/,
  },
  {
    name: 'bytes behind a session message',
    stack: [eth, ip4, segment(445), layer('nbss', { length: 2 }), layer('payload', { data: { hex: 'abcd ef' } })],
    size: 47,
    at: { 40: '00000002 abcdef' },
    problem: /^$/,
  },
  {
    name: 'SMB2 header of another size',
    stack: smb2({ structureSize: 60, body: { echoRequest: {} } }),
    size: 112,
    at: { 44: 'fe534d42 3c00' },
    problem: /structureSize is 60, not 64/,
  },
  {
    name: 'SMB2 negotiate that announces more dialects than it has',
    stack: smb2({ body: { negotiateRequest: { dialectCount: 9, dialects: [0x0202, 0x0210] } } }),
    size: 148,
    at: { 108: '2400 0900' },
    problem: /body.negotiateRequest: dialects: 18 bytes announced, 4 are there/,
  },
  {
    name: 'SMB2 create whose name is longer than the message',
    stack: smb2({ body: { createRequest: { name: 'a.txt', nameLength: 500 } } }),
    size: 174,
    problem: /body.createRequest: name: 500 bytes announced, 10 are there/,
  },
  {
    name: 'SMB2 write that is longer than the message',
    stack: smb2({ body: { writeRequest: { data: 'hello', dataLength: 60000 } } }),
    size: 161,
    at: { 112: '60ea0000' },
    problem: /body.writeRequest: data: 60000 bytes announced, 5 are there/,
  },
  {
    name: 'SMB2 body that is cut short',
    stack: smb2({ command: 'CLOSE', body: { hex: '1800 0000' } }),
    size: 112,
    problem: /body.closeRequest: cut short: 4 bytes are there, too few to reach the end of reserved/,
  },
  {
    name: 'SMB2 body with bytes behind it',
    stack: smb2({ command: 'ECHO', body: { hex: '0400 0000 ffff' } }),
    size: 114,
    problem: /body.echoRequest: 2 bytes follow/,
  },
  {
    name: 'NTLMSSP message of which the user is beyond its end',
    stack: smb2({
      body: { sessionSetupRequest: { securityBuffer: { ntlmAuthenticate: { user: 'alice', userLength: 900 } } } },
    }),
    size: 214,
    problem: /user: 900 bytes announced/,
  },
  {
    name: 'SMB1 dialects without an end',
    stack: smb1({ command: 'NEGOTIATE', body: { hex: '00 0400 02 4e54 4c' } }),
    size: 83,
    at: { 44: 'ff534d42 72' },
    problem: /body.negotiateRequest: 4 bytes follow/,
  },
  {
    name: 'SMB1 read answer that is cut short',
    stack: smb1({ command: 'READ_ANDX', flags: 0x98, body: { hex: '0c ff 00 0000' } }),
    size: 81,
    problem: /body.readResponse: cut short: 5 bytes/,
  },
  {
    name: 'NFS handle longer than the message',
    stack: nfs({ body: { getattrCall: { handle: { length: 5000, data: 'abcd' } } } }),
    size: 92,
    at: { 84: '00001388 61626364' },
    problem: /^$/,
  },
  {
    name: 'RPC of version 3',
    stack: [eth, ip4, segment(2049), layer('rpcRecord'), layer('rpc', { rpcVersion: 3 })],
    size: 84,
    problem: /rpcVersion is 3, not 2/,
  },
  {
    name: 'RPC record longer than the segment',
    stack: [eth, ip4, segment(2049), layer('rpcRecord', { length: 9000 }), layer('rpc')],
    size: 84,
    at: { 40: '80002328' },
    problem: /9000 bytes of payload announced, 40/,
  },
  {
    name: 'Kerberos message with a part that is longer than the whole',
    stack: kerberos({ message: { asReq: { pvno: { element: { length: 100, contents: { hex: '05' } } } } } }),
    size: 135,
    problem: /element at byte 0 is not|element at byte/,
  },
  {
    name: 'Kerberos message whose length is cut',
    stack: kerberos({ message: { hex: '6a85ff' } }),
    size: 31,
    at: { 28: '6a85ff' },
    problem: /longer than the 3 bytes/,
  },
  {
    name: 'SNMP whose length does not fit',
    stack: snmp({ length: 99 }),
    size: 68,
    at: { 28: '3063' },
    problem: /length does not fit the 38 bytes/,
  },
  {
    name: 'SNMP object whose length is beyond the message',
    stack: snmp({
      pdu: { getRequest: { variableBindings: [{ name: { element: { length: 200, value: '1.3.6.1' } } }] } },
    }),
    size: 64,
    problem: /element at byte/,
  },
  {
    name: 'IKE message with a length of its own',
    stack: ike({ length: 9999, payloads: [{ type: 'Nonce', nonce: '12345678' }] }),
    size: 68,
    at: { 52: '0000270f' },
    problem: /length is 9999, the message has 40 bytes/,
  },
  {
    name: 'IKE payload longer than the message',
    stack: ike({ payloads: [{ type: 'Nonce', nonce: '12345678', length: 5000 }] }),
    size: 68,
    at: { 56: '0000 1388' },
    problem: /payload 40 at byte 0 has length 5000, 12 bytes are there/,
  },
  {
    name: 'IKE payload that announces one that is not there',
    stack: ike({ payloads: [{ type: 'Nonce', nonce: '12345678', nextPayload: 'Notify' }] }),
    size: 68,
    at: { 56: '29' },
    problem: /payload 41 is announced and not there/,
  },
  {
    name: 'IKE proposal that counts more transforms than it has',
    stack: ike({ payloads: [{ type: 'SA', proposals: [{ transformCount: 4, transforms: [{ id: 12 }] }] }] }),
    size: 76,
    problem: /SA: transforms\[1\] cut short/,
  },
  {
    name: 'DHCP option longer than the message',
    stack: dhcp({ options: [{ type: 'hostName', name: 'abc', length: 200 }] }),
    size: 273,
    at: { 268: '0cc8 616263' },
    problem: /option 12 at byte 0 has length 200/,
  },
  {
    name: 'DHCP options without an end',
    stack: dhcp({ options: [{ type: 'messageType' }] }),
    size: 271,
    problem: /do not end with an end option/,
  },
  {
    name: 'DHCP with another magic number',
    stack: dhcp({ magic: 7 }),
    size: 268,
    at: { 264: '00000007' },
    problem: /magic is 0x7, not 0x63825363/,
  },
  {
    name: 'NTP of version 7',
    stack: [eth, ip4, datagram(123), layer('ntp', { version: 7 })],
    size: 76,
    at: { 28: '3b' },
    problem: /version is 7/,
  },
  {
    name: 'NTP that is cut short',
    stack: [eth, ip4, datagram(123), layer('ntp', { truncate: 20 })],
    size: 48,
    problem: /ntp: cut short: 20 bytes/,
  },
  {
    name: 'EtherNet/IP command that does not exist',
    stack: [eth, ip4, segment(44818), layer('enip', { command: 0x7777 })],
    size: 64,
    at: { 40: '7777' },
    problem: /command is 0x7777/,
  },
  {
    name: 'EtherNet/IP data longer than the segment',
    stack: [eth, ip4, segment(44818), layer('enip', { length: 500, data: { registerSession: {} } })],
    size: 68,
    problem: /data: 500 bytes announced, 4 are there/,
  },
]
