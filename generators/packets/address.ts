import ipaddr from 'ipaddr.js'
import { Recent } from '../recent.ts'

/** Texts of one kind that came last, since a flood writes the same few addresses many thousand times. */
const mostKnown = 16
const knownMac = new Recent<Uint8Array>(mostKnown)
const knownIpv4 = new Recent<Uint8Array>(mostKnown)
const knownIpv6 = new Recent<Uint8Array>(mostKnown)

/** Six bytes of `02:00:00:00:00:01` (or with hyphens), undefined if it is not a MAC address. Not to be changed. */
export function macBytes(text: string): Uint8Array | undefined {
  return remembered(knownMac, text, () => {
    if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) return undefined
    return Uint8Array.from(text.split(/[:-]/), (pair) => Number.parseInt(pair, 16))
  })
}

/** Four bytes of a dotted quad in decimal, undefined if it is not an IPv4 address. Not to be changed. */
export function ipv4Bytes(text: string): Uint8Array | undefined {
  return remembered(knownIpv4, text, () =>
    ipaddr.IPv4.isValidFourPartDecimal(text) ? bytesOf(ipaddr.IPv4.parse(text)) : undefined,
  )
}

/** Sixteen bytes of an IPv6 address without zone, undefined if it is not one. Not to be changed. RFC 4291 §2.2. */
export function ipv6Bytes(text: string): Uint8Array | undefined {
  return remembered(knownIpv6, text, () =>
    text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)
      ? bytesOf(ipaddr.IPv6.parse(text))
      : undefined,
  )
}

/** Text of six bytes: `02:00:00:00:00:01`. */
export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}

/** Text of four bytes (dotted quad) or sixteen (RFC 5952). */
export function ipText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : ipaddr.fromByteArray([...bytes]).toString()
}

function bytesOf(address: ipaddr.IPv4 | ipaddr.IPv6): Uint8Array {
  return Uint8Array.from(address.toByteArray())
}

function remembered(
  known: Recent<Uint8Array>,
  text: string,
  parse: () => Uint8Array | undefined,
): Uint8Array | undefined {
  const before = known.get(text)
  if (before !== undefined) return before
  const bytes = parse()
  if (bytes === undefined) return undefined
  known.set(text, bytes)
  return bytes
}
