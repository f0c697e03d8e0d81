import { addressList, bytes, ipv4Address } from './byte-fields.ts'
import { u8, u16, u32 } from './field.ts'
import { optionKind, optionList } from './option-list.ts'

const messageTypes = {
  DISCOVER: 1,
  OFFER: 2,
  REQUEST: 3,
  DECLINE: 4,
  ACK: 5,
  NAK: 6,
  RELEASE: 7,
  INFORM: 8,
}
const address = (doc: string) => ({ address: ipv4Address(doc) })
const addresses = (doc: string) => ({ addresses: addressList(ipv4Address(''), doc) })
const seconds = (doc: string) => ({ seconds: u32(doc, { initial: 3600 }) })

/** DHCP options. RFC 2132. */
export const dhcpOptions = optionList('Options; `end` is the last one.', {
  format: { width: 1, counts: 'data', single: [0, 255], end: 255 },
  kinds: [
    optionKind('pad', 0, {}),
    optionKind('subnetMask', 1, { mask: ipv4Address('Mask.', { initial: Uint8Array.of(255, 255, 255, 0) }) }),
    optionKind('router', 3, addresses('Routers.')),
    optionKind('domainNameServer', 6, addresses('Name servers.')),
    optionKind('hostName', 12, { name: bytes('Name of the client.') }),
    optionKind('domainName', 15, { name: bytes('Domain.') }),
    optionKind('requestedAddress', 50, address('Address that the client wants.')),
    optionKind('leaseTime', 51, seconds('How long the address may be used.')),
    optionKind('messageType', 53, { value: u8('Kind of message.', { initial: 1, names: messageTypes }) }),
    optionKind('serverIdentifier', 54, address('Address of the server.')),
    optionKind('parameterRequestList', 55, { codes: bytes('Options that are wanted, one byte each.') }),
    optionKind('maximumSize', 57, { size: u16('Largest message.', { initial: 1500 }) }),
    optionKind('renewalTime', 58, seconds('When to renew.')),
    optionKind('rebindingTime', 59, seconds('When to ask any server.')),
    optionKind('vendorClass', 60, { name: bytes('What the client is.') }),
    optionKind('clientIdentifier', 61, { hardwareType: u8('1 is Ethernet.', { initial: 1 }), id: bytes('Address.') }),
    optionKind('end', 255, {}),
  ],
})
