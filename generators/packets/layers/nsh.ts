import { bytes } from '../byte-fields.ts'
import { bits, numberOf, u8, u24 } from '../field.ts'
import { defineLayer } from '../layer.ts'

const inside: Readonly<Record<string, number>> = { ipv4: 1, ipv6: 2, ethernet: 3, nsh: 4, mpls: 5 }

/** Network service header: the chain of services that a packet has to pass. RFC 8300 §2. */
export const nsh = defineLayer({
  name: 'nsh',
  title: 'Network service header',
  rfc: 'RFC 8300 §2',
  fields: {
    version: bits(2, 'Version, 0.'),
    oam: bits(1, '1 for a packet of operations and maintenance.'),
    unassigned: bits(1, 'Unassigned.'),
    ttl: bits(6, 'Service functions that it may still pass.', { initial: 63 }),
    length: bits(6, 'Words of the header.', { computed: 'header with context' }),
    unassignedBits: bits(4, 'Unassigned.'),
    mdType: bits(4, 'Kind of context: 1 is 16 bytes, 2 any number of words.', { initial: 2 }),
    nextProtocol: u8('What is inside.', {
      initial: 1,
      names: inside,
      computed: 'by the layer inside, else ipv4',
    }),
    servicePath: u24('Which chain of services.', { initial: 1 }),
    serviceIndex: u8('Where in the chain.', { initial: 255 }),
    context: bytes('Context headers.', {
      label: 'context',
      length: (values) => numberOf(values, 'length') * 4 - 8,
    }),
  },
  boundTo: { etherType: 0x894f },
  complete: ({ nextProtocol }, _payload, headerLength, { next }) => ({
    length: Math.min(63, Math.ceil(headerLength / 4)),
    nextProtocol: (next === undefined ? undefined : inside[next]) ?? nextProtocol,
  }),
  next: ({ nextProtocol }) => Object.keys(inside).find((name) => inside[name] === nextProtocol) ?? 'payload',
  inspect: ({ version, length, mdType }) => [
    ...(version === 0 ? [] : [`version is ${version}, not 0`]),
    ...(length >= 2 ? [] : [`length is ${length}, too short for the header`]),
    ...(mdType !== 1 || length === 6 ? [] : [`length is ${length}, not the 6 of mdType 1`]),
  ],
})
