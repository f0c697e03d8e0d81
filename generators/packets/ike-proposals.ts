import { bytes } from './byte-fields.ts'
import { type Fields, numberOf, u8, u16 } from './field.ts'
import type { BytesField, Values } from './field.ts'
import { structList } from './struct-list.ts'

const transformTypes = { ENCR: 1, PRF: 2, INTEG: 3, DH: 4, ESN: 5 }
const protocols = { IKE: 1, AH: 2, ESP: 3 }
const proposalSize = 8
const attributeSize = 4
const moreTransforms = 3
const moreProposals = 2

/** Attributes of two bytes, such as the length of a key: type 14 with the high bit set. RFC 7296 §3.3.5. */
const attributes = structList(
  'attributes',
  'Attributes with a value of two bytes.',
  { type: u16('Kind, with the high bit set.', { initial: 0x800e }), value: u16('Value.') },
  { count: (values) => Math.floor((numberOf(values, 'length') - 8) / attributeSize) },
)

const transforms = (fields: Fields) =>
  structList(
    'transforms',
    'Algorithms.',
    {
      last: u8('3 if another one follows.', { computed: '0 for the last, else 3' }),
      reserved: u8('Reserved.'),
      length: u16('Bytes of the transform.', { computed: 'size' }),
      ...fields,
      attributes,
    },
    {
      count: (values) => numberOf(values, 'transformCount'),
      complete: (values, _given, isLast) => ({
        last: isLast ? 0 : moreTransforms,
        length: 8 + sizeOf(attributes, values.attributes),
      }),
    },
  )

/** Transforms of IKEv2, each of one type. RFC 7296 §3.3.2. */
const transforms2 = transforms({
  type: u8('Kind of algorithm.', { initial: 1, names: transformTypes }),
  reserved2: u8('Reserved.'),
  id: u16('Algorithm.'),
})

/** Transforms of IKEv1, all algorithms of one in its attributes. RFC 2408 §3.6. */
const transforms1 = transforms({
  number: u8('Number of the transform.', { initial: 1 }),
  id: u8('1 is key exchange by IKE.', { initial: 1 }),
  reserved2: u16('Reserved.'),
})

/** Proposals of a Security Association payload, of IKEv1 or IKEv2. RFC 7296 §3.3.1, RFC 2408 §3.5. */
export function proposalsField(version: 1 | 2): BytesField<Values[]> {
  const list = version === 1 ? transforms1 : transforms2
  return structList(
    'proposals',
    'Sets of algorithms.',
    {
      last: u8('2 if another one follows.', { computed: '0 for the last, else 2' }),
      reserved: u8('Reserved.'),
      length: u16('Bytes of the proposal.', { computed: 'size' }),
      number: u8('Number of the proposal.', { initial: 1 }),
      protocol: u8('What the algorithms are for.', { initial: 1, names: protocols }),
      spiSize: u8('Bytes of the SPI.', { computed: 'size' }),
      transformCount: u8('Number of transforms.', { computed: 'from the list' }),
      spi: bytes('Identifier of the association.', {
        label: 'spi',
        length: (values) => numberOf(values, 'spiSize'),
      }),
      transforms: list,
    },
    {
      complete: (values, _given, isLast) => ({
        last: isLast ? 0 : moreProposals,
        length: proposalSize + (values.spi as Uint8Array).length + sizeOf(list, values.transforms),
        spiSize: (values.spi as Uint8Array).length,
        transformCount: (values.transforms as Values[]).length,
      }),
      last: ({ last }) => last === 0,
    },
  )
}

function sizeOf(list: BytesField<Values[]>, value: unknown): number {
  return list.encode(value as Values[], {}).length
}
