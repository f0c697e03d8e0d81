/** Kinds of headers that a replay may have to change. */
export const kinds = {
  ethernet: 0,
  arp: 1,
  ipv4: 2,
  ipv6: 3,
  tcp: 4,
  udp: 5,
  pseudo: 6,
  icmp: 7,
  icmpv6: 8,
  gre: 9,
} as const

/** Ports that name a tunnel in UDP: RFC 7348 (VXLAN), RFC 8926 (Geneve), RFC 4380 (Teredo). */
const tunnelPorts = { vxlan: 4789, geneve: 6081, teredo: 3544 }

/** Whether headers may follow in UDP to this port. */
export function isTunnelPort(port: number): boolean {
  return port === tunnelPorts.vxlan || port === tunnelPorts.geneve || port === tunnelPorts.teredo
}

/** More headers in one frame than this are not looked at. */
const most = 24

/** Transports whose checksum covers a pseudo header, by protocol, and where it is: DCCP, UDP-Lite; over IPv6 also PIM and OSPF. */
const pseudoChecksum = new Map([
  [33, 6],
  [136, 6],
])
const pseudoChecksumOverIpv6 = new Map([
  [103, 2],
  [89, 12],
])
const extensionHeaders = new Set([0, 43, 44, 51, 60, 135])

/**
 * The headers of one frame, outermost first, as places in its bytes. Made once and used for frame after frame. Nothing is checked but that
 * the bytes are there: captures hold malformed packets too. Looks into VLAN tags, MPLS, PPPoE, IP in IP, GRE, VXLAN, Geneve, Teredo, and
 * into the packet that an ICMP error quotes. All headers are an even number of bytes apart, as Internet checksums want it.
 */
export class Dissection {
  /** How many headers there are. */
  count = 0
  readonly kind = new Uint8Array(most)
  /** Where each begins. */
  readonly at = new Int32Array(most)
  /** Where its packet ends, as far as it is there. */
  readonly end = new Int32Array(most)
  /** `ipv4`, `ipv6`: how deep in tunnels; transports: where their payload begins; `gre`, `pseudo`: place of the checksum, or 0. */
  readonly extra = new Int32Array(most)
  /** Transports: the IP header that the pseudo header is made of, -1 without. `ipv6`: 1 when a routing header names the final destination. */
  readonly network = new Int8Array(most)
  #b: Uint8Array = new Uint8Array(0)

  /** @param start,end where the frame lies in the memory; places are those of the memory */
  read(memory: Uint8Array, start = 0, end = memory.length): this {
    this.#b = memory
    this.count = 0
    this.#ethernet(start, end, 0)
    return this
  }

  #add(kind: number, at: number, end: number, extra = 0, network = -1): boolean {
    const index = this.count
    if (index === most) return false
    this.kind[index] = kind
    this.at[index] = at
    this.end[index] = end
    this.extra[index] = extra
    this.network[index] = network
    this.count = index + 1
    return true
  }

  #u8(at: number): number {
    return this.#b[at] as number
  }

  #u16(at: number): number {
    return ((this.#b[at] as number) << 8) | (this.#b[at + 1] as number)
  }

  #ethernet(at: number, end: number, depth: number): void {
    if (end - at < 14 || !this.#add(kinds.ethernet, at, end)) return
    this.#etherType(at + 12, end, depth)
  }

  #etherType(typeAt: number, end: number, depth: number): void {
    let at = typeAt
    let type = this.#u16(at)
    while ((type === 0x8100 || type === 0x88a8 || type === 0x9100) && at + 6 <= end) {
      at += 4
      type = this.#u16(at)
    }
    at += 2
    if (type === 0x0800) this.#ipv4(at, end, depth)
    else if (type === 0x86dd) this.#ipv6(at, end, depth)
    else if (type === 0x0806) this.#arp(at, end)
    else if (type === 0x8847 || type === 0x8848) this.#mpls(at, end, depth)
    else if (type === 0x8864 && end - at >= 8) this.#ppp(at + 6, end, depth)
    else if (type === 0x6558) this.#ethernet(at, end, depth + 1)
  }

  /** RFC 2516 §4: a PPP protocol number stands behind the six bytes of PPPoE. */
  #ppp(at: number, end: number, depth: number): void {
    const protocol = this.#u16(at)
    if (protocol === 0x0021) this.#ipv4(at + 2, end, depth)
    else if (protocol === 0x0057) this.#ipv6(at + 2, end, depth)
  }

  /** RFC 3032 §2.1. */
  #mpls(start: number, end: number, depth: number): void {
    for (let at = start; at + 4 < end; at += 4) {
      if ((this.#u8(at + 2) & 1) === 0) continue
      this.#ip(at + 4, end, depth)
      return
    }
  }

  /** RFC 826, for Ethernet and IPv4 only. */
  #arp(at: number, end: number): void {
    if (end - at >= 28 && this.#u16(at) === 1 && this.#u16(at + 2) === 0x0800 && this.#u16(at + 4) === 0x0604)
      this.#add(kinds.arp, at, end)
  }

  #ip(at: number, end: number, depth: number): void {
    const version = this.#u8(at) >> 4
    if (version === 4) this.#ipv4(at, end, depth)
    else if (version === 6) this.#ipv6(at, end, depth)
  }

  /** RFC 791 §3.1. */
  #ipv4(at: number, frameEnd: number, depth: number): void {
    if (frameEnd - at < 20) return
    const total = this.#u16(at + 2)
    const end = total >= 20 ? Math.min(frameEnd, at + total) : frameEnd
    const ip = this.count
    if (!this.#add(kinds.ipv4, at, end, depth)) return
    const header = Math.max(20, (this.#u8(at) & 15) * 4)
    if ((this.#u16(at + 6) & 0x1fff) === 0) this.#transport(this.#u8(at + 9), at + header, end, depth, ip)
  }

  /** RFC 8200 §3 and §4. */
  #ipv6(at: number, frameEnd: number, depth: number): void {
    if (frameEnd - at < 40) return
    const length = this.#u16(at + 4)
    const end = length > 0 ? Math.min(frameEnd, at + 40 + length) : frameEnd
    const ip = this.count
    if (!this.#add(kinds.ipv6, at, end, depth, 0)) return
    let next = this.#u8(at + 6)
    let place = at + 40
    for (let headers = 0; extensionHeaders.has(next) && headers < 16; headers++) {
      if (end - place < 8) return
      if (next === 44 && (this.#u16(place + 2) & 0xfff8) !== 0) return
      if (next === 43 && this.#u8(place + 3) > 0) this.network[ip] = 1
      const words = this.#u8(place + 1)
      const size = next === 44 ? 8 : next === 51 ? (words + 2) * 4 : (words + 1) * 8
      next = this.#u8(place)
      place += size
    }
    this.#transport(next, place, end, depth, ip)
  }

  #transport(protocol: number, at: number, end: number, depth: number, ip: number): void {
    const room = end - at
    if (protocol === 6) {
      if (room >= 4) this.#add(kinds.tcp, at, end, room >= 13 ? at + (this.#u8(at + 12) >> 4) * 4 : end, ip)
    } else if (protocol === 17) {
      if (room < 4 || !this.#add(kinds.udp, at, end, at + 8, ip) || room < 8) return
      this.#udpTunnel(this.#u16(at + 2), at + 8, end, depth + 1)
    } else if (protocol === 1) this.#icmp(kinds.icmp, at, end, depth, -1)
    else if (protocol === 58) this.#icmp(kinds.icmpv6, at, end, depth, ip)
    else if (protocol === 4) this.#ipv4(at, end, depth + 1)
    else if (protocol === 41) this.#ipv6(at, end, depth + 1)
    else if (protocol === 47) this.#gre(at, end, depth + 1)
    else {
      const field =
        pseudoChecksum.get(protocol) ??
        (this.kind[ip] === kinds.ipv6 ? pseudoChecksumOverIpv6.get(protocol) : undefined)
      if (field !== undefined && room >= field + 2) this.#add(kinds.pseudo, at, end, at + field, ip)
    }
  }

  /** RFC 792, RFC 4443 §2.1: errors quote the packet that they are about; it is no deeper in a tunnel than they are. */
  #icmp(kind: number, at: number, end: number, depth: number, ip: number): void {
    if (end - at < 4 || !this.#add(kind, at, end, at + 8, ip) || end - at < 28) return
    const type = this.#u8(at)
    const isError =
      kind === kinds.icmp ? type === 3 || type === 4 || type === 5 || type === 11 || type === 12 : type > 0 && type < 5
    if (isError) this.#ip(at + 8, end, depth)
  }

  /** RFC 2784, RFC 2890. Version 1 is PPTP's (RFC 2637), whose key is not optional and whose payload is PPP. */
  #gre(at: number, end: number, depth: number): void {
    if (end - at < 4) return
    const flags = this.#u8(at)
    const hasChecksum = (flags & 0xc0) !== 0
    const optional = (hasChecksum ? 4 : 0) + ((flags & 0x20) !== 0 ? 4 : 0) + ((flags & 0x10) !== 0 ? 4 : 0)
    const payload = at + 4 + optional
    if ((this.#u8(at + 1) & 7) !== 0 || payload > end) return
    if (!this.#add(kinds.gre, at, end, (flags & 0x80) !== 0 ? at + 4 : 0)) return
    const type = this.#u16(at + 2)
    if (type === 0x0800) this.#ipv4(payload, end, depth)
    else if (type === 0x86dd) this.#ipv6(payload, end, depth)
    else if (type === 0x6558) this.#ethernet(payload, end, depth)
    else if (type === 0x8847) this.#mpls(payload, end, depth)
  }

  #udpTunnel(port: number, at: number, end: number, depth: number): void {
    if (port === tunnelPorts.vxlan && end - at >= 8) this.#ethernet(at + 8, end, depth)
    else if (port === tunnelPorts.geneve && end - at >= 8) {
      const payload = at + 8 + (this.#u8(at) & 63) * 4
      const type = this.#u16(at + 2)
      if (type === 0x6558) this.#ethernet(payload, end, depth)
      else if (type === 0x0800) this.#ipv4(payload, end, depth)
      else if (type === 0x86dd) this.#ipv6(payload, end, depth)
    } else if (port === tunnelPorts.teredo && end - at >= 40 && this.#u8(at) >> 4 === 6) this.#ipv6(at, end, depth)
  }
}
