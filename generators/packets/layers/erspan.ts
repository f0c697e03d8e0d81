import { bits } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Encapsulated remote switch port analyzer, type II, in `gre` with a sequence number; a mirrored `ethernet` frame is inside. draft-foschiano-erspan-03 §4.2. */
export const erspan = defineLayer({
  name: 'erspan',
  title: 'Encapsulated remote switch port analyzer, type II',
  rfc: 'draft-foschiano-erspan-03 §4.2',
  fields: {
    version: bits(4, '1 for type II, 2 for type III.', { initial: 1 }),
    vlan: bits(12, 'VLAN of the mirrored port.'),
    classOfService: bits(3, 'Class of service.'),
    encapsulation: bits(2, 'How the VLAN tag was carried; 3 means that it is in the frame.'),
    truncated: bits(1, '1 when the mirrored frame was cut.'),
    sessionId: bits(10, 'Which mirror session.', { initial: 1 }),
    reserved: bits(12, 'Reserved.'),
    index: bits(20, 'Port and direction.'),
  },
  boundTo: { etherType: 0x88be },
  next: () => 'ethernet',
  inspect: ({ version }) => (version === 1 ? [] : [`version is ${version}, not the 1 of type II`]),
})
