import { bytes, fixedBytes } from './byte-fields.ts'
import { u8, u16, u32, type Values } from './field.ts'
import { optionKind, optionList } from './option-list.ts'
import { structList } from './struct-list.ts'

/** Options of the TCP header, padded to whole words with zeros. RFC 9293 §3.2. */
export function tcpOptions(length: (values: Values) => number) {
  return optionList('Options, padded to a multiple of 4 bytes unless written as bytes.', {
    format: { width: 1, counts: 'whole', single: [0, 1], end: 0 },
    kinds,
    length,
    pad: (size) => new Uint8Array((4 - (size % 4)) % 4),
  })
}

const kinds = [
  optionKind('end', 0, {}),
  optionKind('nop', 1, {}),
  optionKind('mss', 2, { value: u16('Largest segment in bytes.', { initial: 1460 }) }),
  optionKind('windowScale', 3, { shift: u8('Bits to shift the window by, RFC 7323.') }),
  optionKind('sackPermitted', 4, {}),
  optionKind('sack', 5, {
    blocks: structList('blocks', 'Blocks received out of order, RFC 2018.', {
      left: u32('First number of the block.'),
      right: u32('First number after it.'),
    }),
  }),
  optionKind('timestamps', 8, { value: u32('Clock of the sender, RFC 7323.'), echo: u32('Clock of the peer.') }),
  optionKind('md5Signature', 19, { digest: fixedBytes(16, 'Digest, RFC 2385.') }),
  optionKind('userTimeout', 28, { value: u16('Granularity bit and time, RFC 5482.') }),
  optionKind('authentication', 29, {
    keyId: u8('Key of the sender, RFC 5925.'),
    nextKeyId: u8('Key that the sender is ready to receive.'),
    mac: bytes('Message authentication code.'),
  }),
  optionKind('fastOpen', 34, { cookie: bytes('Cookie; empty to ask for one, RFC 7413.') }),
]
