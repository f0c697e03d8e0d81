import ipaddr from 'ipaddr.js'
import { Recent } from '../../generators/recent.ts'

const known = new Recent<string>(16)

/**
 * An IP address as it is normally written: IPv4 with dots, IPv6 in lower case and shortened (RFC 5952 §4).
 * Text that is no address is given back unchanged.
 */
export function normalAddress(text: string): string {
  if (!text.includes(':')) return text
  const before = known.get(text)
  if (before !== undefined) return before
  const normal = ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toRFC5952String() : text
  known.set(text, normal)
  return normal
}

/** An IPv4 address in the form that sockets of IPv6 have for it (RFC 4291 §2.5.5.2) as plain IPv4; others unchanged. */
export function unmappedAddress(text: string): string {
  if (!/^(0*:)*:?ffff:/i.test(text) || !ipaddr.IPv6.isValid(text)) return text
  const address = ipaddr.IPv6.parse(text)
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : text
}

/** Whether an address stands for all addresses of a host. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
