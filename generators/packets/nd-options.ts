import { bytes, fixedBytes, ipv6Address, mac, addressList } from './byte-fields.ts'
import { flags, u8, u16, u32 } from './field.ts'
import { optionKind, optionList } from './option-list.ts'

/** Options of neighbor discovery, each padded to a multiple of 8 bytes. RFC 4861 §4.6. */
export function ndOptions() {
  return optionList('Options; `length` counts units of 8 bytes.', {
    format: { width: 1, counts: 'eights', single: [] },
    kinds,
  })
}

const kinds = [
  optionKind('sourceLinkLayerAddress', 1, { address: mac('Address of the sender.') }),
  optionKind('targetLinkLayerAddress', 2, { address: mac('Address of the target.') }),
  optionKind('prefixInformation', 3, {
    prefixLength: u8('Bits of the prefix.', { initial: 64 }),
    flags: flags(8, { L: 0x80, A: 0x40 }, 'On link, autonomous configuration.', { initial: 0xc0 }),
    validLifetime: u32('Seconds.', { initial: 2592000 }),
    preferredLifetime: u32('Seconds.', { initial: 604800 }),
    reserved: u32('Reserved.'),
    prefix: ipv6Address('Prefix.'),
  }),
  optionKind('redirectedHeader', 4, {
    reserved: fixedBytes(6, 'Reserved.'),
    packet: bytes('Start of the packet that caused it.'),
  }),
  optionKind('mtu', 5, { reserved: u16('Reserved.'), mtu: u32('MTU of the link.', { initial: 1500 }) }),
  optionKind('nonce', 14),
  optionKind('recursiveDnsServer', 25, {
    reserved: u16('Reserved.'),
    lifetime: u32('Seconds, RFC 8106.', { initial: 1800 }),
    addresses: addressList(ipv6Address('Server.'), 'Servers.'),
  }),
]
