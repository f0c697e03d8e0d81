import { fixedBytes, ipv4Address, mac } from '../byte-fields.ts'
import { dhcpOptions } from '../dhcp-options.ts'
import { flags, u8, u16, u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'

const magic = 0x63825363
const none = { initial: new Uint8Array(4) }

/** A DHCP message. RFC 2131 §2, RFC 2132. */
export const dhcp = defineLayer({
  name: 'dhcp',
  title: 'Dynamic Host Configuration Protocol message',
  rfc: 'RFC 2131 §2',
  fields: {
    op: u8('1 from the client, 2 from the server.', { initial: 1, names: { BOOTREQUEST: 1, BOOTREPLY: 2 } }),
    htype: u8('Kind of hardware address, 1 for Ethernet.', { initial: 1 }),
    hlen: u8('Bytes of the hardware address.', { initial: 6 }),
    hops: u8('Relays on the way.'),
    xid: u32('Ties answer to request.', { initial: 1 }),
    secs: u16('Seconds since the client began.'),
    flags: flags(16, { BROADCAST: 0x8000 }, 'Whether the answer is to be broadcast.'),
    ciaddr: ipv4Address('Address that the client has.', none),
    yiaddr: ipv4Address('Address that the client gets.', none),
    siaddr: ipv4Address('Server to boot from.', none),
    giaddr: ipv4Address('Relay.', none),
    chaddr: mac('Hardware address of the client.'),
    chaddrPadding: fixedBytes(10, 'Rest of the room for a hardware address.'),
    sname: fixedBytes(64, 'Name of the server.'),
    file: fixedBytes(128, 'File to boot.'),
    magic: u32('0x63825363.', { initial: magic }),
    options: dhcpOptions,
  },
  boundTo: { udpPort: [67, 68] },
  recognise: (bytes) => bytes.length >= 240,
  inspect: ({ magic: found, options }) => [
    ...(found === magic ? [] : [`magic is 0x${found.toString(16)}, not 0x63825363`]),
    ...(ends(options) ? [] : ['the options do not end with an end option']),
  ],
})

function ends(options: (typeof dhcpOptions)['initial']): boolean {
  if (options instanceof Uint8Array) return options.includes(255)
  return options.length === 0 || options.some((option) => 'type' in option && option.type === 255)
}
