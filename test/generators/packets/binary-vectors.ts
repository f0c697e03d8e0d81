import type { LayerSpec } from '../../../generators/packets/stack.ts'
import { eth, ip4, layer } from './example.ts'

type Part = Record<string, unknown>

const inDatagram = (sourcePort: number, destinationPort: number, name: string, values: Part) => [
  eth,
  ip4,
  layer('udp', { sourcePort, destinationPort }),
  layer(name, values),
]
const inSession = (values: Part) => [
  eth,
  ip4,
  layer('tcp', { sourcePort: 40000, destinationPort: 445, flags: ['ACK', 'PSH'], window: 8192 }),
  layer('nbss'),
  layer('smb2', { creditCharge: 0, credits: 0, reserved: 0, messageId: 1, ...values }),
]
const start = '0200000000020200000000010800'
const zeros = (bytes: number) => '00'.repeat(bytes)

/** Bytes made by scapy 2.7 from the same description. */
export const binaryVectors: { name: string; stack: LayerSpec[]; hex: string }[] = [
  {
    name: 'SNMP get',
    stack: inDatagram(40000, 161, 'snmp', { pdu: { getRequest: { requestId: 300 } } }),
    hex: `${start}45000045000700004011ee79c6120001c61200029c4000a10031e0da302702010104067075626c6963a01a0202012c020100020100300e300c06082b060102010101000500`,
  },
  {
    name: 'SNMP response of version 1',
    stack: inDatagram(40000, 161, 'snmp', {
      version: 0,
      community: 'public',
      pdu: {
        response: {
          variableBindings: [
            { name: '1.3.6.1.4.1.8072.3.2.10', value: { string: 'Linux' } },
            { name: '1.3.6.1.2.1.1.3.0', value: { timeTicks: 4711 } },
          ],
        },
      },
    }),
    hex: `${start}4500005b000700004011ee63c6120001c61200029c4000a10047c677303d02010004067075626c6963a23002010102010002010030253013060a2b06010401bf0803020a04054c696e7578300e06082b0601020101030043021267`,
  },
  {
    name: 'DHCP discover',
    stack: inDatagram(68, 67, 'dhcp', {
      xid: 0x3903f326,
      flags: ['BROADCAST'],
      chaddr: '02:00:00:00:00:01',
      options: [
        { type: 'messageType', value: 1 },
        { type: 'hostName', name: new TextEncoder().encode('desk') },
        { type: 'requestedAddress', address: '198.18.0.1' },
        { type: 'leaseTime', seconds: 7200 },
        { type: 'end' },
      ],
    }),
    hex: `${start}45000122000700004011ed9cc6120001c612000200440043010ebce5 01010600 3903f326 00008000 ${zeros(16)} 020000000001 ${zeros(10)} ${zeros(192)} 63825363 350101 0c046465736b 3204c6120001 330400001c20 ff`,
  },
  {
    name: 'NTP list of clients',
    stack: inDatagram(40000, 123, 'ntp', { version: 2, mode: 7, requestCode: 42 }),
    hex: `${start}45000024000700004011ee9ac6120001c61200029c40007b0010bcc01700032a00000000`,
  },
  {
    name: 'NTP control',
    stack: inDatagram(40000, 123, 'ntp', { version: 2, mode: 6, opcode: 2, sequence: 9 }),
    hex: `${start}45000028000700004011ee96c6120001c61200029c40007b0014c0d7160200090000000000000000`,
  },
  {
    name: 'IKEv1 main mode',
    stack: inDatagram(40000, 500, 'ike', {
      initiatorSpi: new TextEncoder().encode('12345678'),
      majorVersion: 1,
      exchangeType: 2,
      flags: [],
      payloads: [
        {
          type: 'SA1',
          proposals: [
            {
              transforms: [
                {
                  attributes: [
                    { type: 0x8001, value: 7 },
                    { type: 0x8002, value: 2 },
                    { type: 0x8003, value: 1 },
                    { type: 0x8004, value: 14 },
                  ],
                },
              ],
            },
          ],
        },
      ],
    }),
    hex: `${start}45000064000700004011ee5ac6120001c61200029c4001f40050fe3731323334353637380000000000000000 01100200 00000000 00000048 0000002c 00000001 00000001 00000020 01010001 00000018 01010000 80010007 80020002 80030001 8004000e`,
  },
  {
    name: 'SMB2 tree connect',
    stack: inSession({ body: { treeConnectRequest: { path: '\\\\srv\\s' } } }),
    hex: `${start}45000082000700004006ee47c6120001c61200029c4001bd0000000000000000501820009 45d0000 00000056 fe534d42 4000 0000 00000000 0300 0000 00000000 00000000 0100000000000000 ${zeros(8)} ${zeros(8)} ${zeros(16)} 0900 0000 4800 0e00 5c005c007300720076005c007300`,
  },
  {
    name: 'SMB2 negotiate',
    stack: inSession({ body: { negotiateRequest: { securityMode: 0, dialects: [0x0202, 0x0210] } } }),
    hex: `${start}45000094000700004006ee35c6120001c61200029c4001bd00000000000000005018 2000 a038 0000 00000068 fe534d42 4000 ${zeros(18)} 0100000000000000 ${zeros(8)} ${zeros(8)} ${zeros(16)} 2400 0200 ${zeros(32)} 0202 1002`,
  },
]
