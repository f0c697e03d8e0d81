import { addressList, bytes, ipv6Address } from '../byte-fields.ts'
import { numberOf, u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'

const recordTypes = { modeIsInclude: 1, modeIsExclude: 2, changeToInclude: 3, changeToExclude: 4, allow: 5, block: 6 }

/** Multicast listener report, version 2; inside `icmpv6`. RFC 3810 §5.2. */
export const mldv2Report = defineLayer({
  name: 'mldv2Report',
  title: 'Multicast listener report version 2',
  rfc: 'RFC 3810 §5.2',
  fields: {
    reserved: u16('Reserved.'),
    recordCount: u16('How many records follow.', { computed: 'from the records' }),
    records: structList(
      'records',
      'Group records.',
      {
        type: u8('What the listener wants.', { initial: 4, names: recordTypes }),
        auxiliaryLength: u8('Words of auxiliary data.'),
        sourceCount: u16('How many sources follow.'),
        multicastAddress: ipv6Address('The group.'),
        sources: addressList(ipv6Address('Source.'), 'Sources.', (values) => numberOf(values, 'sourceCount') * 16),
        auxiliary: bytes('Auxiliary data.', { length: (values) => numberOf(values, 'auxiliaryLength') * 4 }),
      },
      {
        count: (values) => numberOf(values, 'recordCount'),
        complete: ({ sources, auxiliary }) => ({
          sourceCount: (sources as Uint8Array[]).length,
          auxiliaryLength: Math.ceil((auxiliary as Uint8Array).length / 4),
        }),
      },
    ),
  },
  boundTo: { icmpv6Type: 143 },
  hopLimit: 1,
  complete: ({ records }) => ({ recordCount: records.length }),
})
