import { addressList, bytes, ipv4Address } from './byte-fields.ts'
import { bits, u8, u16, type Values } from './field.ts'
import { optionKind, optionList } from './option-list.ts'

/** Options of the IPv4 header, padded to whole words with zeros. RFC 791 §3.1. */
export function ipv4Options(length: (values: Values) => number) {
  return optionList('Options, padded to a multiple of 4 bytes unless written as bytes.', {
    format: { width: 1, counts: 'whole', single: [0, 1], end: 0 },
    kinds,
    length,
    pad: (size) => new Uint8Array((4 - (size % 4)) % 4),
  })
}

const route = {
  pointer: u8('Where the next address goes, counted from 1 at the option type.', { initial: 4 }),
  addresses: addressList(ipv4Address('Hop.'), 'Hops.'),
}

const kinds = [
  optionKind('end', 0, {}),
  optionKind('nop', 1, {}),
  optionKind('security', 130),
  optionKind('looseSourceRoute', 131, route),
  optionKind('timestamp', 68, {
    pointer: u8('Where the next entry goes.', { initial: 5 }),
    overflow: bits(4, 'Hosts that had no room.'),
    flag: bits(4, 'What is recorded: 0 times, 1 addresses and times, 3 prespecified addresses.'),
    entries: bytes('Entries of 4 or 8 bytes.'),
  }),
  optionKind('recordRoute', 7, route),
  optionKind('streamId', 136, { id: u16('Stream identifier.') }),
  optionKind('strictSourceRoute', 137, route),
  optionKind('routerAlert', 148, { value: u16('0: every router looks, RFC 2113.') }),
]
