import type { LayerSpec } from '../../../generators/packets/stack.ts'
import { type Example, eth, ip4, layer, text, udp } from './example.ts'

/** Correct packets of the link layers. */
export const linkExamples: Example[] = [
  { name: 'ARP request', stack: [eth, arp(1, '00:00:00:00:00:00')] },
  { name: 'ARP reply', stack: [eth, arp(2, '02:00:00:00:00:02')] },
  { name: 'VLAN', stack: [eth, layer('dot1q', { vlan: 20, priority: 3 }), ip4, udp, text] },
  { name: 'double VLAN', stack: [eth, layer('dot1ad', { vlan: 5 }), layer('dot1q', { vlan: 6 }), ip4, udp, text] },
  {
    name: 'spanning tree',
    stack: [
      layer('ethernet', { destination: '01:80:c2:00:00:00', source: '02:00:00:00:00:01' }),
      layer('llc'),
      layer('stp', { rootAddress: '02:00:00:00:00:01', bridgeAddress: '02:00:00:00:00:01' }),
    ],
  },
  { name: 'MPLS', stack: [eth, layer('mpls', { label: 100 }), layer('mpls', { label: 200 }), ip4, udp, text] },
  {
    name: 'Ethernet in an MPLS pseudowire',
    stack: [eth, layer('mpls', { label: 100 }), layer('pseudowire', { sequenceNumber: 1 }), eth, ip4, udp, text],
  },
  { name: 'VN-Tag', stack: [eth, layer('vntag', { destinationInterface: 5, sourceInterface: 6 }), ip4, udp, text] },
  {
    name: '802.1ah',
    stack: [
      eth,
      layer('dot1ah', { customerDestination: '02:00:00:00:00:12', customerSource: '02:00:00:00:00:11' }),
      ip4,
      udp,
      text,
    ],
  },
  {
    name: 'FabricPath',
    stack: [
      layer('ethernet', { destination: '02:00:00:00:00:22', source: '02:00:00:00:00:21' }),
      layer('fabricPath', { tree: 2 }),
      // tshark takes the last four bytes for the frame's check sequence.
      layer('ethernet', { ...eth.values, trailer: { hex: '00000000' } }),
      ip4,
      udp,
      text,
    ],
  },
  { name: 'network service header', stack: [eth, layer('nsh', { servicePath: 42 }), ip4, udp, text] },
  {
    name: 'network service header with 16 bytes of context and a frame inside',
    stack: [eth, layer('nsh', { mdType: 1, context: { repeat: { byte: 0, count: 16 } } }), eth, ip4, udp, text],
  },
  { name: 'PPPoE session', stack: [eth, layer('pppoeSession'), layer('ppp'), ip4, udp, text] },
  {
    name: 'PPPoE discovery',
    stack: [
      layer('ethernet', { destination: 'ff:ff:ff:ff:ff:ff', source: '02:00:00:00:00:01' }),
      layer('pppoeDiscovery', { tags: ['serviceName', { type: 'hostUniq', data: 'abcd' }] }),
    ],
  },
  {
    name: 'LCP configure request',
    stack: [
      eth,
      layer('pppoeSession'),
      layer('ppp'),
      layer('lcp', { identifier: 1 }),
      layer('payload', { data: { hex: '010405d4' } }),
    ],
  },
]

function arp(operation: number, targetHardwareAddress: string): LayerSpec {
  return layer('arp', {
    operation,
    senderHardwareAddress: '02:00:00:00:00:01',
    senderProtocolAddress: '198.18.0.1',
    targetHardwareAddress,
    targetProtocolAddress: '198.18.0.2',
  })
}
