import { normalAddress } from '../monitors/address.ts'

/** One IP header with what it carries, or an ARP message. Addresses as normally written. */
export interface PacketFlow {
  source: string
  destination: string
  /** IP protocol number; null for ARP. */
  protocol: number | null
  /** TCP, UDP and SCTP; for ICMP type and code. Null where the packet has none or is a later fragment. */
  ports: { source: number; destination: number } | null
}

/** What a packet says of who speaks to whom, at every level. */
export interface PacketAddresses {
  /** Outermost first: the packet, what it tunnels, what an ICMP error in it quotes. */
  flows: PacketFlow[]
  /** Of the outermost and of tunnelled link headers, lower case. */
  macs: string[]
}

/** How many headers inside each other are looked at. */
const deepest = 4

/**
 * Reads the addresses of a packet as far as they are there. Nothing is checked: lengths, checksums and versions may be
 * wrong, since malformed packets are what it is for. Looks into VLAN tags (802.1Q, 802.1ad), MPLS, GRE, IP in IP,
 * VXLAN, Geneve, Teredo, and the packet that an ICMP error quotes.
 */
export function packetAddresses(bytes: Uint8Array, starts: 'ethernet' | 'ip' = 'ethernet'): PacketAddresses {
  const found: PacketAddresses = { flows: [], macs: [] }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (starts === 'ethernet') readEthernet(view, found, 0)
  else readIp(view, found, 0)
  return found
}

function readEthernet(view: DataView, found: PacketAddresses, depth: number): void {
  if (view.byteLength < 12) return
  found.macs.push(mac(view, 6), mac(view, 0))
  readEtherType(view, 12, found, depth)
}

function readEtherType(view: DataView, at: number, found: PacketAddresses, depth: number): void {
  if (view.byteLength < at + 2) return
  const type = view.getUint16(at)
  const rest = after(view, at + 2)
  if (type === 0x8100 || type === 0x88a8) readEtherType(view, at + 4, found, depth)
  else if (type === 0x0800) readIpv4(rest, found, depth)
  else if (type === 0x86dd) readIpv6(rest, found, depth)
  else if (type === 0x0806) readArp(rest, found)
  else if (type === 0x8847 || type === 0x8848) readMpls(rest, found, depth)
  else if (type === 0x6558) readEthernet(rest, found, depth + 1)
}

/** RFC 3032 §2.1: labels of four bytes, the last has the bottom bit set. */
function readMpls(view: DataView, found: PacketAddresses, depth: number): void {
  let at = 0
  while (view.byteLength >= at + 4) {
    const bottom = (view.getUint8(at + 2) & 1) === 1
    at += 4
    if (bottom) {
      readIp(after(view, at), found, depth)
      return
    }
  }
}

/** RFC 826, for Ethernet and IPv4. */
function readArp(view: DataView, found: PacketAddresses): void {
  if (view.byteLength < 28) return
  found.macs.push(mac(view, 8), mac(view, 18))
  found.flows.push({ source: ipv4(view, 14), destination: ipv4(view, 24), protocol: null, ports: null })
}

function readIp(view: DataView, found: PacketAddresses, depth: number): void {
  if (view.byteLength > 0 && view.getUint8(0) >> 4 === 6) readIpv6(view, found, depth)
  else readIpv4(view, found, depth)
}

/** RFC 791 §3.1. */
function readIpv4(view: DataView, found: PacketAddresses, depth: number): void {
  if (view.byteLength < 20 || depth >= deepest) return
  const protocol = view.getUint8(9)
  const isLater = (view.getUint16(6) & 0x1fff) !== 0
  const header = Math.max(20, (view.getUint8(0) & 15) * 4)
  const flow: PacketFlow = { source: ipv4(view, 12), destination: ipv4(view, 16), protocol, ports: null }
  found.flows.push(flow)
  if (!isLater) readTransport(after(view, header), flow, protocol, found, depth)
}

/** RFC 8200 §3 and §4. */
function readIpv6(view: DataView, found: PacketAddresses, depth: number): void {
  if (view.byteLength < 40 || depth >= deepest) return
  let next = view.getUint8(6)
  const flow: PacketFlow = { source: ipv6(view, 8), destination: ipv6(view, 24), protocol: next, ports: null }
  found.flows.push(flow)
  let at = 40
  for (let headers = 0; headers < 16 && isExtension(next) && view.byteLength >= at + 8; headers++) {
    if (next === 44 && (view.getUint16(at + 2) & 0xfff8) !== 0) return
    const length = next === 44 ? 8 : next === 51 ? (view.getUint8(at + 1) + 2) * 4 : (view.getUint8(at + 1) + 1) * 8
    next = view.getUint8(at)
    at += length
  }
  flow.protocol = next
  readTransport(after(view, at), flow, next, found, depth)
}

/** Hop-by-hop, routing, fragment, authentication, destination options, mobility. */
function isExtension(protocol: number): boolean {
  return [0, 43, 44, 51, 60, 135].includes(protocol)
}

function readTransport(
  view: DataView,
  flow: PacketFlow,
  protocol: number,
  found: PacketAddresses,
  depth: number,
): void {
  if (protocol === 6 || protocol === 17 || protocol === 132) {
    if (view.byteLength < 4) return
    flow.ports = { source: view.getUint16(0), destination: view.getUint16(2) }
    if (protocol === 17) readTunnel(view, flow.ports.destination, found, depth)
  } else if (protocol === 1 || protocol === 58) {
    if (view.byteLength < 2) return
    flow.ports = { source: view.getUint8(0), destination: view.getUint8(1) }
    if (isError(protocol, view.getUint8(0))) readIp(after(view, 8), found, depth + 1)
  } else if (protocol === 4) readIpv4(view, found, depth + 1)
  else if (protocol === 41) readIpv6(view, found, depth + 1)
  else if (protocol === 47) readGre(view, found, depth)
}

/** RFC 792 and RFC 4443 §2.1: messages that quote the packet they are about. */
function isError(protocol: number, type: number): boolean {
  return protocol === 1 ? [3, 4, 5, 11, 12].includes(type) : type > 0 && type < 128
}

/** RFC 2784, RFC 2890: checksum, key and sequence number are there when their bits are set. */
function readGre(view: DataView, found: PacketAddresses, depth: number): void {
  if (view.byteLength < 4 || depth >= deepest) return
  const flags = view.getUint8(0)
  const optional = [0x80, 0x20, 0x10].filter((bit) => (flags & bit) !== 0).length
  const type = view.getUint16(2)
  const payload = after(view, 4 + optional * 4)
  if (type === 0x0800) readIpv4(payload, found, depth + 1)
  else if (type === 0x86dd) readIpv6(payload, found, depth + 1)
  else if (type === 0x6558) readEthernet(payload, found, depth + 1)
}

/** RFC 7348 (VXLAN), RFC 8926 (Geneve), RFC 4380 (Teredo), by their assigned ports. */
function readTunnel(udp: DataView, port: number, found: PacketAddresses, depth: number): void {
  if (depth >= deepest) return
  if (port === 4789) readEthernet(after(udp, 16), found, depth + 1)
  else if (port === 6081 && udp.byteLength > 8)
    readEthernet(after(udp, 16 + (udp.getUint8(8) & 63) * 4), found, depth + 1)
  else if (port === 3544) readIpv6(after(udp, 8), found, depth + 1)
}

function after(view: DataView, at: number): DataView {
  const start = Math.min(at, view.byteLength)
  return new DataView(view.buffer, view.byteOffset + start, view.byteLength - start)
}

function mac(view: DataView, at: number): string {
  const pairs: string[] = []
  for (let place = at; place < at + 6; place++) pairs.push(view.getUint8(place).toString(16).padStart(2, '0'))
  return pairs.join(':')
}

function ipv4(view: DataView, at: number): string {
  return [0, 1, 2, 3].map((place) => view.getUint8(at + place)).join('.')
}

function ipv6(view: DataView, at: number): string {
  const groups: string[] = []
  for (let place = 0; place < 16; place += 2) groups.push(view.getUint16(at + place).toString(16))
  return normalAddress(groups.join(':'))
}
