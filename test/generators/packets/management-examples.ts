import { type Example, eth, ip4, layer } from './example.ts'

type Part = Record<string, unknown>

const inDatagram = (sourcePort: number, destinationPort: number, name: string, values: Part) => [
  eth,
  ip4,
  layer('udp', { sourcePort, destinationPort }),
  layer(name, values),
]
const inSegment = (sourcePort: number, destinationPort: number, ...inner: [string, Part][]) => [
  eth,
  ip4,
  layer('tcp', { sourcePort, destinationPort, sequenceNumber: 1, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
  ...inner.map(([name, values]) => layer(name, values)),
]
const principal = { nameType: 1, nameString: ['alice'] }
const proposal = {
  transforms: [
    { type: 'ENCR', id: 12, attributes: [{ value: 256 }] },
    { type: 'PRF', id: 5 },
    { type: 'INTEG', id: 12 },
    { type: 'DH', id: 14 },
  ],
}
const key = { repeat: { byte: 0x5a, count: 256 } }

const kerberos: [string, Part][] = [
  ['AS-REQ', { asReq: { padata: [{}], reqBody: { cname: principal } } }],
  ['AS-REP', { asRep: { cname: principal } }],
  ['TGS-REQ', { tgsReq: { reqBody: { sname: { nameType: 2, nameString: ['host', 'server.example.com'] } } } }],
  ['TGS-REP', { tgsRep: { cname: principal } }],
  ['error', { error: { errorCode: 'KDC_ERR_PREAUTH_REQUIRED' } }],
]
const snmp: [string, Part][] = [
  ['get', {}],
  ['get of version 1', { version: 'v1', pdu: { getNextRequest: { requestId: 300 } } }],
  [
    'response',
    { pdu: { response: { variableBindings: [{ value: { string: 'Linux' } }, { value: { timeTicks: 4711 } }] } } },
  ],
  ['bulk', { pdu: { getBulkRequest: {} } }],
  ['trap of version 1', { version: 'v1', pdu: { trapV1: {} } }],
  ['trap', { pdu: { trapV2: { variableBindings: [{ name: '1.3.6.1.2.1.1.3.0', value: { timeTicks: 1 } }] } } }],
  ['get of version 3', { version: 'v3' }],
]

/** Correct packets of Kerberos, SNMP, IKE, DHCP, NTP and EtherNet/IP. */
export const managementExamples: Example[] = [
  ...kerberos.map(([name, message], index) => ({
    name: `Kerberos ${name}`,
    stack: inDatagram(42000 + index, 88, 'kerberos', { message }),
  })),
  {
    name: 'Kerberos AS-REQ over TCP',
    stack: inSegment(42010, 88, ['kerberosOverTcp', {}], ['kerberos', { message: { asReq: {} } }]),
  },
  ...snmp.map(([name, values], index) => ({
    name: `SNMP ${name}`,
    stack: inDatagram(42100 + index, 161, 'snmp', values),
  })),
  {
    name: 'IKEv2 initiator',
    stack: inDatagram(42200, 500, 'ike', {
      payloads: [
        { type: 'SA', proposals: [proposal, { ...proposal, number: 2 }] },
        { type: 'KE', keyExchange: key },
        { type: 'Nonce' },
        { type: 'Notify', notifyType: 'NAT_DETECTION_SOURCE_IP', notificationData: { repeat: { byte: 1, count: 20 } } },
        { type: 'Vendor', vendorId: 'tocsin' },
      ],
    }),
  },
  {
    name: 'IKEv2 responder that refuses',
    stack: inDatagram(42201, 500, 'ike', {
      responderSpi: 77,
      flags: ['RESPONSE'],
      payloads: [{ type: 'Notify', notifyType: 'NO_PROPOSAL_CHOSEN' }],
    }),
  },
  {
    name: 'IKEv1 main mode',
    stack: inDatagram(42202, 500, 'ike', {
      majorVersion: 1,
      exchangeType: 'IDENTITY_PROTECTION',
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
                    { type: 0x8002, value: 4 },
                    { type: 0x8003, value: 1 },
                    { type: 0x8004, value: 14 },
                  ],
                },
              ],
            },
          ],
        },
        { type: 'Vendor1', vendorId: { repeat: { byte: 7, count: 16 } } },
      ],
    }),
  },
  {
    name: 'IKEv1 keys',
    stack: inDatagram(42203, 500, 'ike', {
      majorVersion: 1,
      responderSpi: 5,
      exchangeType: 'IDENTITY_PROTECTION',
      flags: [],
      payloads: [{ type: 'KE1', keyExchange: key }, { type: 'Nonce1' }],
    }),
  },
  {
    name: 'DHCP discover',
    stack: [
      eth,
      layer('ipv4', { source: '0.0.0.0', destination: '255.255.255.255', identification: 7 }),
      layer('udp', { sourcePort: 68, destinationPort: 67 }),
      layer('dhcp', {
        chaddr: '02:00:00:00:00:01',
        flags: ['BROADCAST'],
        options: [
          { type: 'messageType', value: 'DISCOVER' },
          { type: 'clientIdentifier', id: { hex: '020000000001' } },
          { type: 'hostName', name: 'desk' },
          { type: 'requestedAddress', address: '198.18.0.1' },
          { type: 'parameterRequestList', codes: { hex: '01030f06' } },
          'end',
        ],
      }),
    ],
  },
  {
    name: 'DHCP acknowledgment',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 67, destinationPort: 68 }),
      layer('dhcp', {
        op: 'BOOTREPLY',
        yiaddr: '198.18.0.1',
        chaddr: '02:00:00:00:00:01',
        options: [
          { type: 'messageType', value: 'ACK' },
          { type: 'serverIdentifier', address: '198.18.0.2' },
          { type: 'leaseTime', seconds: 7200 },
          { type: 'subnetMask' },
          { type: 'router', addresses: ['198.18.0.2'] },
          { type: 'domainNameServer', addresses: ['198.18.0.2', '198.18.0.3'] },
          'end',
        ],
      }),
    ],
  },
  { name: 'NTP request', stack: inDatagram(42300, 123, 'ntp', { transmitTimestamp: { hex: 'ec000000 80000000' } }) },
  {
    name: 'NTP answer',
    stack: inDatagram(42301, 123, 'ntp', {
      mode: 'server',
      stratum: 2,
      referenceId: 0xc0000201,
      referenceTimestamp: { hex: 'ec000000 00000000' },
      originTimestamp: { hex: 'ec000000 80000000' },
      receiveTimestamp: { hex: 'ec000000 90000000' },
      transmitTimestamp: { hex: 'ec000000 a0000000' },
    }),
  },
  { name: 'NTP control request', stack: inDatagram(42302, 123, 'ntp', { version: 2, mode: 'control' }) },
  { name: 'NTP list of clients', stack: inDatagram(42303, 123, 'ntp', { version: 2, mode: 'private' }) },
  {
    name: 'EtherNet/IP messages in one segment',
    stack: inSegment(
      42400,
      44818,
      ['enip', { data: { registerSession: {} } }],
      [
        'enip',
        {
          sessionHandle: 7,
          senderContext: 'tocsin01',
          data: { sendData: { items: [{}, { typeId: 0xb2, data: { hex: '01 02 20 01 24 01' } }] } },
        },
      ],
    ),
  },
  { name: 'EtherNet/IP search', stack: inDatagram(42401, 44818, 'enip', {}) },
]
