import { ipv6Address } from './byte-fields.ts'
import { numberOf, u8, u16, u32 } from './field.ts'
import { defineLayer, type Layer } from './layer.ts'
import { optionKind, optionList } from './option-list.ts'

/** An extension header that carries options: hop by hop and destination options. RFC 8200 §4.2, §4.3, §4.6. */
export function ipv6OptionsHeader(name: string, title: string, rfc: string, ipProtocol: number): Layer {
  return defineLayer({
    name,
    title,
    rfc,
    fields: {
      nextHeader: u8('Header inside.', {
        initial: 253,
        computed: 'by the layer inside; 59 if nothing is inside, 253 (experiments) for a bare payload',
      }),
      headerLength: u8('Units of 8 bytes, the first not counted.', { computed: 'from the options' }),
      options: optionList('Options, padded to a multiple of 8 bytes unless written as bytes.', {
        format: { width: 1, counts: 'data', single: [0] },
        kinds,
        length: (values) => numberOf(values, 'headerLength') * 8 + 6,
        pad,
      }),
    },
    boundTo: { ipProtocol },
    carries: { space: 'ipProtocol', fields: ['nextHeader'] },
    complete: (_values, _payload, headerLength, { next }) => ({
      headerLength: Math.min(255, Math.max(0, Math.ceil(headerLength / 8) - 1)),
      ...(next === undefined ? { nextHeader: 59 } : {}),
    }),
  })
}

/** RFC 8200 §4.2: one byte is Pad1, more are PadN. */
function pad(size: number): Uint8Array {
  const bytes = new Uint8Array((8 - ((size + 2) % 8)) % 8)
  if (bytes.length > 1) bytes.set([1, bytes.length - 2])
  return bytes
}

const kinds = [
  optionKind('pad1', 0, {}),
  optionKind('padN', 1),
  optionKind('tunnelEncapsulationLimit', 4, { limit: u8('Further encapsulations allowed, RFC 2473.', { initial: 4 }) }),
  optionKind('routerAlert', 5, { value: u16('0: listener discovery, RFC 2711.') }),
  optionKind('jumboPayload', 0xc2, { payloadLength: u32('Bytes after the IPv6 header, RFC 2675.') }),
  optionKind('homeAddress', 0xc9, { address: ipv6Address('Home address, RFC 6275.') }),
]
