import { sizedAddress } from '../byte-fields.ts'
import { numberOf, u8, u16, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'

const hardware = (values: Values) => numberOf(values, 'hardwareLength')
const protocol = (values: Values) => numberOf(values, 'protocolLength')

/** Address Resolution Protocol. RFC 826. */
export const arp = defineLayer({
  name: 'arp',
  title: 'Address Resolution Protocol',
  rfc: 'RFC 826',
  fields: {
    hardwareType: u16('1 is Ethernet.', { initial: 1 }),
    protocolType: u16('Ethertype of the protocol whose address is asked for.', { initial: 0x0800 }),
    hardwareLength: u8('Bytes in a hardware address.', { initial: 6 }),
    protocolLength: u8('Bytes in a protocol address.', { initial: 4 }),
    operation: u16('What the message is.', {
      initial: 1,
      names: { request: 1, reply: 2, reverseRequest: 3, reverseReply: 4 },
    }),
    senderHardwareAddress: sizedAddress('mac', hardware, 'Hardware address of the sender.'),
    senderProtocolAddress: sizedAddress('ipv4', protocol, 'Protocol address of the sender.'),
    targetHardwareAddress: sizedAddress('mac', hardware, 'Hardware address of the target; zero in a request.'),
    targetProtocolAddress: sizedAddress('ipv4', protocol, 'Protocol address that is asked for.'),
  },
  boundTo: { etherType: 0x0806 },
  payloadLength: () => 0,
  inspect: ({ hardwareType, hardwareLength, protocolType, protocolLength }) => [
    ...(hardwareType === 1 && hardwareLength !== 6 ? [`hardwareLength is ${hardwareLength}, Ethernet has 6`] : []),
    ...(protocolType === 0x0800 && protocolLength !== 4 ? [`protocolLength is ${protocolLength}, IPv4 has 4`] : []),
  ],
})
