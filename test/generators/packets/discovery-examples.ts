import { type Example, eth, ip4, layer } from './example.ts'

const linkLocal = layer('ipv6', { source: 'fe80::1', destination: 'ff02::1' })
const target = { target: 'fe80::2' }
const sourceAddress = { type: 'sourceLinkLayerAddress', address: '02:00:00:00:00:01' }
const targetAddress = { type: 'targetLinkLayerAddress', address: '02:00:00:00:00:02' }
const routerAlert = layer('hopByHopOptions', { options: [{ type: 'routerAlert' }] })

/** Correct packets of neighbor, listener and group discovery. */
export const discoveryExamples: Example[] = [
  {
    name: 'IGMP report',
    stack: [
      eth,
      layer('ipv4', { ...ip4.values, ttl: 1, destination: '224.1.2.3' }),
      layer('igmp', { group: '224.1.2.3' }),
    ],
  },
  {
    name: 'router solicitation',
    stack: [eth, linkLocal, layer('icmpv6'), layer('routerSolicitation', { options: [sourceAddress] })],
  },
  {
    name: 'router advertisement',
    stack: [
      eth,
      linkLocal,
      layer('icmpv6'),
      layer('routerAdvertisement', {
        flags: ['O'],
        options: [
          sourceAddress,
          { type: 'mtu', mtu: 1500 },
          { type: 'prefixInformation', prefix: '2001:db8::' },
          { type: 'recursiveDnsServer', addresses: ['2001:db8::53'] },
        ],
      }),
    ],
  },
  {
    name: 'neighbor solicitation',
    stack: [eth, linkLocal, layer('icmpv6'), layer('neighborSolicitation', { ...target, options: [sourceAddress] })],
  },
  {
    name: 'neighbor advertisement',
    stack: [
      eth,
      linkLocal,
      layer('icmpv6'),
      layer('neighborAdvertisement', { ...target, flags: ['S', 'O'], options: [targetAddress] }),
    ],
  },
  {
    name: 'neighbor discovery redirect',
    stack: [
      eth,
      linkLocal,
      layer('icmpv6'),
      layer('ndRedirect', { ...target, destination: '2001:db8::1', options: [targetAddress] }),
    ],
  },
  {
    name: 'listener report',
    stack: [
      eth,
      layer('ipv6', { source: 'fe80::1', destination: 'ff02::1:ff00:2' }),
      routerAlert,
      layer('icmpv6'),
      layer('mld', { multicastAddress: 'ff02::1:ff00:2' }),
    ],
  },
  {
    name: 'listener report version 2',
    stack: [
      eth,
      layer('ipv6', { source: 'fe80::1', destination: 'ff02::16' }),
      routerAlert,
      layer('icmpv6'),
      layer('mldv2Report', { records: [{ type: 'changeToExclude', multicastAddress: 'ff02::1:ff00:2' }] }),
    ],
  },
]
