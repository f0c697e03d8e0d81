import { ipv4Address } from '../byte-fields.ts'
import { internetChecksum } from '../checksum.ts'
import { bits, flags, numberOf, u8, u16 } from '../field.ts'
import { ipv4Options } from '../ipv4-options.ts'
import { defineLayer } from '../layer.ts'

/** Internet Protocol, version 4. RFC 791 §3.1. */
export const ipv4 = defineLayer({
  name: 'ipv4',
  title: 'Internet Protocol version 4',
  rfc: 'RFC 791 §3.1',
  fields: {
    version: bits(4, 'IP version.', { initial: 4 }),
    ihl: bits(4, 'Header length in words of 4 bytes.', { computed: 'from the options' }),
    dscp: bits(6, 'Differentiated services code point, RFC 2474.'),
    ecn: bits(2, 'Explicit congestion notification, RFC 3168.'),
    totalLength: u16('Bytes of header and payload.', { computed: 'header and payload, at most 65535' }),
    identification: u16('Ties the fragments of a datagram together.'),
    flags: flags(3, { RF: 4, DF: 2, MF: 1 }, 'Reserved, do not fragment, more fragments.'),
    fragmentOffset: bits(13, 'Where the fragment belongs, in units of 8 bytes.'),
    ttl: u8('Time to live.', { initial: 64 }),
    protocol: u8('Protocol inside.', {
      initial: 253,
      computed: 'by the layer inside; 253 (experiments, RFC 3692) for a bare payload',
    }),
    checksum: u16('Checksum of the header.', { computed: 'Internet checksum of the header' }),
    source: ipv4Address('Source address.'),
    destination: ipv4Address('Destination address.'),
    options: ipv4Options((values) => numberOf(values, 'ihl') * 4 - 20),
  },
  boundTo: { etherType: 0x0800, ipProtocol: 4, pppProtocol: 0x21 },
  carries: { space: 'ipProtocol', fields: ['protocol'] },
  checksum: {
    field: 'checksum',
    offset: () => 10,
    // A header length that points into the payload moves the end of what receivers add up.
    compute: (bytes, { ihl }, headerLength) => {
      const announced = (ihl as number) * 4
      return internetChecksum(bytes, 0, announced >= 20 && announced <= bytes.length ? announced : headerLength)
    },
  },
  complete: (_values, payload, headerLength) => ({
    ihl: Math.min(15, Math.ceil(headerLength / 4)),
    totalLength: Math.min(0xffff, headerLength + payload.length),
  }),
  network: ({ source, destination }) => ({ source, destination }),
  next: ({ flags: bitsSet, fragmentOffset }) => (fragmentOffset > 0 || (bitsSet & 1) === 1 ? 'payload' : undefined),
  payloadLength: ({ totalLength }, headerLength) => totalLength - headerLength,
  inspect: ({ version, ihl }, headerLength) => [
    ...(version === 4 ? [] : [`version is ${version}, not 4`]),
    ...(ihl * 4 === headerLength ? [] : [`ihl is ${ihl}, which does not fit the header of ${headerLength} bytes`]),
  ],
})
