import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

export type AddressKind = 'ipv4' | 'ipv6' | 'mac'

/** A section of a document (`§3.2.1.3`) or a longer row of numbers (an object identifier) is no address. */
const ipv4 = /(?<!§\s?|[Ss]ection\s|[\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\d|\.\d)/g
const mac = /(?<![\w:-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])/g
const ipv6 = /(?<![\w:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![\w:])/g

/** Replaces every address in a text. `token` gets its canonical form: RFC 5952 for IPv6, lower case and colons for MACs. */
export function replaceAddresses(text: string, token: (kind: AddressKind, value: string) => string): string {
  if (!/[.:-]/.test(text)) return text
  const withoutMacs = text.replace(mac, (found) => token('mac', found.toLowerCase().replaceAll('-', ':')))
  return withoutMacs
    .replace(ipv6, (found) => withPort(found, token) ?? found)
    .replace(ipv4, (found) => token('ipv4', found))
}

/** An IPv6 address, which a dot or a port may follow that no bracket holds apart. */
function withPort(found: string, token: (kind: AddressKind, value: string) => string): string | null {
  for (const rest of ['', /\.$/.exec(found)?.[0], /:\d{1,5}$/.exec(found)?.[0]]) {
    if (rest === undefined) continue
    const address = found.slice(0, found.length - rest.length)
    if (isIPv6(address)) return `${token('ipv6', ipaddr.IPv6.parse(address).toRFC5952String())}${rest}`
  }
  return null
}

/** Other ways in which programs write an IPv4 address: as one number, in hex either way round, its dots escaped. */
export function otherForms(address: string): string[] {
  const bytes = address.split('.').map(Number)
  const hex = (list: readonly number[]) => list.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const [forward, backward] = [hex(bytes), hex(bytes.toReversed())]
  return [String(Number.parseInt(forward, 16)), `0x${forward}`, forward, backward]
}
