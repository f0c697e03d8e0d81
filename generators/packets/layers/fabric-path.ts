import { bits } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Cisco FabricPath tag (data center Ethernet); the original `ethernet` frame is inside. Cisco FabricPath, frame format. */
export const fabricPath = defineLayer({
  name: 'fabricPath',
  title: 'FabricPath tag',
  rfc: 'Cisco FabricPath, frame format',
  fields: {
    tree: bits(10, 'Forwarding tag: the tree that the frame takes.', { initial: 1 }),
    ttl: bits(6, 'Time to live.', { initial: 32 }),
  },
  boundTo: { etherType: 0x8903 },
  next: () => 'ethernet',
})
