import { bytes } from './byte-fields.ts'
import { numberOf, u8, u16, type Values } from './field.ts'
import { structList } from './struct-list.ts'

const types = {
  server_name: 0,
  supported_groups: 10,
  ec_point_formats: 11,
  signature_algorithms: 13,
  heartbeat: 15,
  application_layer_protocol_negotiation: 16,
  extended_master_secret: 23,
  supported_versions: 43,
  key_share: 51,
  renegotiation_info: 65281,
}
const bytesBeforeName = 5

const hasName = (values: Values) => numberOf(values, 'type') === types.server_name && numberOf(values, 'length') > 0

/** TLS extensions; one of type server_name has one name, all others have `data`. RFC 5246 §7.4.1.4, RFC 6066 §3. */
export const tlsExtensions = structList(
  'extensions',
  'Extensions; server_name takes `name`, the others `data`.',
  {
    type: u16('Kind of extension.', { names: types }),
    length: u16('Bytes of the extension.', { computed: 'size of what follows' }),
    listLength: u16('Bytes of the list of names.', { computed: 'size of the name', when: hasName }),
    nameType: u8('Kind of name, 0 for a host.', { when: hasName }),
    nameLength: u16('Bytes of the name.', { computed: 'size of the name', when: hasName }),
    name: bytes('Name of the server.', {
      label: 'server name',
      length: (values) => numberOf(values, 'nameLength'),
      when: hasName,
    }),
    data: bytes('What the extension carries.', {
      label: 'extension',
      length: (values) =>
        numberOf(values, 'length') - (hasName(values) ? bytesBeforeName + numberOf(values, 'nameLength') : 0),
    }),
  },
  {
    complete: (values, given) => {
      const name = (values.name as Uint8Array).length
      const data = (values.data as Uint8Array).length
      const named = given.name !== undefined
      return {
        length: data + (named ? bytesBeforeName + name : 0),
        listLength: 3 + name,
        nameLength: name,
      }
    },
  },
)
