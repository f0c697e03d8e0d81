import { bits, flags, u8, u16, u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { ndOptions } from '../nd-options.ts'

/** A router announces itself; inside `icmpv6`. RFC 4861 §4.2, RFC 4191 §2.2. */
export const routerAdvertisement = defineLayer({
  name: 'routerAdvertisement',
  title: 'Neighbor discovery: router advertisement',
  rfc: 'RFC 4861 §4.2',
  fields: {
    currentHopLimit: u8('Hop limit that hosts should use.', { initial: 64 }),
    flags: flags(3, { M: 4, O: 2, H: 1 }, 'Managed addresses, other configuration, home agent.'),
    preference: bits(2, 'Router preference: 1 high, 0 medium, 3 low.'),
    reserved: bits(3, 'Reserved.'),
    routerLifetime: u16('Seconds as default router.', { initial: 1800 }),
    reachableTime: u32('Milliseconds.'),
    retransTimer: u32('Milliseconds.'),
    options: ndOptions(),
  },
  boundTo: { icmpv6Type: 134 },
  hopLimit: 255,
})
