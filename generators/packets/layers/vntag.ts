import { bits, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** VN-Tag: which virtual interface of a bridge port extender a frame is for. IEEE 802.1BR's forerunner, 802.1Qbh draft §9. */
export const vntag = defineLayer({
  name: 'vntag',
  title: 'VN-Tag',
  rfc: 'IEEE 802.1Qbh draft §9',
  fields: {
    direction: bits(1, '0 to the bridge, 1 from it.'),
    pointer: bits(1, '1 when the destination is a list of interfaces.'),
    destinationInterface: bits(14, 'Virtual interface, or list of them, that the frame is for.'),
    looped: bits(1, '1 for a frame that is sent back to where it came from.'),
    reserved: bits(1, 'Reserved.'),
    version: bits(2, 'Version.'),
    sourceInterface: bits(12, 'Virtual interface that the frame is from.', { initial: 1 }),
    etherType: u16('Protocol inside.', {
      initial: 0x88b5,
      computed: 'by the layer inside; 0x88b5 (local experiments) for a bare payload',
    }),
  },
  boundTo: { etherType: 0x8926 },
  carries: { space: 'etherType', fields: ['etherType'] },
})
