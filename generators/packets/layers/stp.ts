import { mac } from '../byte-fields.ts'
import { flags, numberOf, u8, u16, u32, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'

const isConfiguration = (values: Values) => numberOf(values, 'type') !== 0x80
const configuration = { when: isConfiguration }

/** Spanning tree bridge protocol data unit. IEEE 802.1D §9.3. */
export const stp = defineLayer({
  name: 'stp',
  title: 'Spanning tree BPDU',
  rfc: 'IEEE 802.1D §9.3',
  fields: {
    protocol: u16('0 for spanning tree.'),
    version: u8('0 is STP, 2 RSTP.'),
    type: u8('Kind of BPDU.', { names: { configuration: 0, rapid: 2, topologyChange: 0x80 } }),
    flags: flags(8, { topologyChange: 1, topologyChangeAcknowledgment: 0x80 }, 'Topology change bits.', configuration),
    rootPriority: u16('Priority of the root that the sender believes in.', { initial: 0x8000, ...configuration }),
    rootAddress: mac('Address of that root.', configuration),
    rootPathCost: u32('Cost of the way to it.', configuration),
    bridgePriority: u16('Priority of the sender.', { initial: 0x8000, ...configuration }),
    bridgeAddress: mac('Address of the sender.', configuration),
    port: u16('Port that it is sent from.', { initial: 0x8001, ...configuration }),
    messageAge: u16('In 1/256 s.', configuration),
    maxAge: u16('In 1/256 s.', { initial: 20 * 256, ...configuration }),
    helloTime: u16('In 1/256 s.', { initial: 2 * 256, ...configuration }),
    forwardDelay: u16('In 1/256 s.', { initial: 15 * 256, ...configuration }),
  },
  boundTo: { llcSap: 0x42 },
})
