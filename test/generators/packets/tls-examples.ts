import { type Example, eth, ip4, layer } from './example.ts'

const fromClient = layer('tcp', {
  sourcePort: 40010,
  destinationPort: 443,
  acknowledgmentNumber: 1,
  flags: ['ACK', 'PSH'],
})
const fromServer = layer('tcp', {
  sourcePort: 443,
  destinationPort: 40011,
  acknowledgmentNumber: 1,
  flags: ['ACK', 'PSH'],
})
const record = layer('tlsRecord')
const handshake = layer('tlsHandshake')
const random = { repeat: { byte: 90, count: 32 } }
const certificate =
  '308201893082012fa003020102021451f39ac34e4ade9826fc54080ad76af47bcaf7c7300a06082a8648ce3d040302301a31' +
  '18301606035504030c0f7777772e6578616d706c652e636f6d301e170d3236313132343132323030375a170d333631313231' +
  '3132323030375a301a3118301606035504030c0f7777772e6578616d706c652e636f6d3059301306072a8648ce3d02010608' +
  '2a8648ce3d030107034200040c2f4b1850e72acc1510ad219fdc74e812d2bcd92b1fc3df9f7a226bbdad945a8c74c4098112' +
  '95c52a0ce19366756c96f890785c3d2e7699918c941cfc9aa57fa3533051301d0603551d0e04160414a4a1567d2b956f0b27' +
  'acb0383ea470144f3f54b0301f0603551d23041830168014a4a1567d2b956f0b27acb0383ea470144f3f54b0300f0603551d' +
  '130101ff040530030101ff300a06082a8648ce3d0403020348003045022100d972911824392c2fe985bda04f64a0427922b1' +
  '2f0fb56e803b4f0cd0d4b095330220730c6a4f7583da5c94f42908f629f6f10cb448b9aa50bc617c1b8afe5f8a7547'

/** Correct TLS records. */
export const tlsExamples: Example[] = [
  {
    name: 'TLS ClientHello',
    stack: [
      eth,
      ip4,
      fromClient,
      record,
      handshake,
      layer('tlsClientHello', {
        random,
        cipherSuites: [{ suite: 0xc02b }, { suite: 0xc02f }],
        extensions: [
          { type: 'server_name', name: 'www.example.com' },
          { type: 'supported_groups', data: { hex: '00020017' } },
          { type: 'signature_algorithms', data: { hex: '00020403' } },
        ],
      }),
    ],
  },
  {
    name: 'TLS ServerHello',
    stack: [
      eth,
      ip4,
      fromServer,
      record,
      handshake,
      layer('tlsServerHello', { random, extensions: [{ type: 'server_name' }] }),
    ],
  },
  {
    name: 'TLS Certificate',
    stack: [
      eth,
      ip4,
      fromServer,
      record,
      handshake,
      layer('tlsCertificate', { certificates: [{ certificate: { hex: certificate } }] }),
    ],
  },
  {
    name: 'TLS Certificate of its parts',
    stack: [
      eth,
      ip4,
      fromServer,
      record,
      handshake,
      layer('tlsCertificate', {
        certificates: [
          {
            x509: {
              serialNumber: { integer: { hex: '51f39ac3' } },
              issuer: { countryName: { printableString: 'DE' }, commonName: 'Example CA' },
              validity: { notBefore: '260101000000Z', notAfter: '20600101000000Z' },
              extensions: [
                { id: 'basicConstraints', critical: true, value: { sequence: [{ boolean: true }] } },
                { id: 'subjectAltName', value: { sequence: [{ tag: 0x82, content: 'www.example.com' }] } },
              ],
            },
          },
        ],
      }),
    ],
  },
  { name: 'TLS alert', stack: [eth, ip4, fromClient, record, layer('tlsAlert')] },
  { name: 'TLS heartbeat', stack: [eth, ip4, fromClient, record, layer('tlsHeartbeat', { payload: 'hello' })] },
]
