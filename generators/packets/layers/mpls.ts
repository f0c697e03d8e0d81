import { bits, u8 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** What the first four bits after the last label tell. RFC 4928 §2. */
const byNibble: Readonly<Record<number, string>> = { 0: 'pseudowire', 4: 'ipv4', 6: 'ipv6' }

/** One entry of an MPLS label stack. RFC 3032 §2.1. */
export const mpls = defineLayer({
  name: 'mpls',
  title: 'MPLS label stack entry',
  rfc: 'RFC 3032 §2.1',
  fields: {
    label: bits(20, 'Label; 0 to 15 are reserved.', { initial: 16 }),
    trafficClass: bits(3, 'Traffic class, RFC 5462.'),
    bottomOfStack: bits(1, 'Last entry.', { computed: '1 unless another entry is inside' }),
    ttl: u8('Time to live.', { initial: 64 }),
  },
  boundTo: { etherType: 0x8847, ipProtocol: 137, pppProtocol: 0x281 },
  complete: (_values, _payload, _headerLength, { next }) => ({ bottomOfStack: next === 'mpls' ? 0 : 1 }),
  next: ({ bottomOfStack }, payload) => {
    if (bottomOfStack === 0) return 'mpls'
    return payload[0] === undefined ? 'payload' : (byNibble[payload[0] >> 4] ?? 'payload')
  },
})
