import { eth, ip4, layer } from './example.ts'
import type { Malformed } from './malformed.ts'

const toServer = (destinationPort: number, ...inside: [string, Record<string, unknown>][]) => [
  eth,
  ip4,
  layer('tcp', { sourcePort: 40000, destinationPort, flags: ['ACK'] }),
  ...inside.map(([name, values]) => layer(name, values)),
]

/** Malformed messages of remote access, files and telephony. */
export const malformedSessions: Malformed[] = [
  {
    name: 'SSH identification without a version',
    stack: toServer(22, ['ssh', { identification: 'SSH-x' }]),
    size: 47,
    at: { 40: '5353482d780d0a' },
    problem: /identification is not SSH-protoversion/,
  },
  {
    name: 'SSH packet of length 0',
    stack: toServer(22, ['ssh', { messageNumber: 'IGNORE', packetLength: 0 }]),
    size: 56,
    at: { 40: '00000000 0a 02' },
    problem: /packetLength is 0, less than what is there/,
  },
  {
    name: 'SSH packet with too little padding',
    stack: toServer(22, ['ssh', { messageNumber: 'NEWKEYS', padding: { hex: '0000' } }]),
    size: 48,
    at: { 40: '00000004 02 15 0000' },
    problem: /paddingLength is 2, 4 is the least/,
  },
  {
    name: 'SSH name-list that is too long',
    stack: toServer(22, ['ssh', { messageNumber: 'KEXINIT', kexAlgorithms: { hex: '00001000' } }]),
    size: 176,
    problem: /ssh: cut short: 136 bytes are there/,
  },
  {
    name: 'Telnet subnegotiation without its end',
    stack: toServer(23, ['telnet', { items: [{ command: 'SB', option: 'NAWS', data: 'ab' }], truncate: 5 }]),
    size: 45,
    at: { 40: 'fffa1f6162' },
    problem: /a command is cut short/,
  },
  {
    name: 'TPKT length beyond the segment',
    stack: toServer(3389, ['tpkt', { length: 500 }], ['x224', {}]),
    size: 51,
    at: { 40: '030001f4 06e0' },
    problem: /496 bytes of payload announced, 7 are there/,
  },
  {
    name: 'X.224 TPDU of an unknown kind',
    stack: toServer(3389, ['tpkt', {}], ['x224', { type: 2 }]),
    size: 51,
    at: { 44: '0620' },
    problem: /type is 2, which is not known/,
  },
  {
    name: 'RDP negotiation of a wrong length',
    stack: toServer(3389, ['tpkt', {}], ['x224', {}], ['rdpNegotiation', { length: 9 }]),
    size: 59,
    at: { 51: '0100 0900 00000000' },
    problem: /length is 9, not 8/,
  },
  {
    name: 'RFB version that is no number',
    stack: toServer(5900, ['rfb', { protocolVersion: 'RFB 003.xxx\n' }]),
    size: 52,
    problem: /protocolVersion is not RFB xxx.yyy/,
  },
  {
    name: 'TFTP packet of an unknown opcode',
    stack: [eth, ip4, layer('udp', { sourcePort: 40000 }), layer('tftp', { opcode: 99 })],
    size: 30,
    at: { 28: '0063' },
    problem: /opcode is 99, which is not known/,
  },
  {
    name: 'TFTP file name without its zero byte',
    stack: [eth, ip4, layer('udp', { sourcePort: 40000 }), layer('tftp', { filename: 'boot', truncate: 6 })],
    size: 34,
    at: { 28: '0001 626f6f74' },
    problem: /tftp: cut short: 6 bytes/,
  },
  {
    name: 'RTP packet that counts sources it has not',
    stack: [eth, ip4, layer('udp', { sourcePort: 40000 }), layer('rtp', { csrcCount: 3 })],
    size: 40,
    at: { 28: '83' },
    problem: /csrc\[0\] cut short/,
  },
]
