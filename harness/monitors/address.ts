import ipaddr from 'ipaddr.js'

const known = new Map<string, string>()
const knownAtMost = 8192

/**
 * An IP address as it is normally written: IPv4 with dots, IPv6 in lower case and shortened (RFC 5952 §4).
 * Text that is no address is given back unchanged.
 */
export function normalAddress(text: string): string {
  if (!text.includes(':')) return text
  const before = known.get(text)
  if (before !== undefined) return before
  const normal = ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toRFC5952String() : text
  if (known.size >= knownAtMost) known.clear()
  known.set(text, normal)
  return normal
}
