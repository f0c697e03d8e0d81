import ipaddr from 'ipaddr.js'

/** RFC 2544: set aside for benchmarks, never routed. */
const pool = { base: 0xc612_0000, prefix: 15 }

/** What the engine may use of a subnet: its first eight addresses. Null when the text is no IPv4 network of /8 to /27. */
export function kernelAddresses(subnet: string): { range: string; gateway: string } | null {
  const network = parse(subnet)
  if (network === null) return null
  return { range: `${format(network.base)}/29`, gateway: format(network.base + 1) }
}

/** The other subnets of the same size in 198.18.0.0/15, from the given one upwards and around; none when it lies elsewhere. */
export function otherSubnets(subnet: string): string[] {
  const network = parse(subnet)
  if (network === null || network.prefix < pool.prefix) return []
  const size = 2 ** (32 - network.prefix)
  const count = 2 ** (network.prefix - pool.prefix)
  const own = (network.base - pool.base) / size
  if (own < 0 || own >= count) return []
  return Array.from({ length: count - 1 }, (_, step) => {
    return `${format(pool.base + ((own + 1 + step) % count) * size)}/${network.prefix}`
  })
}

function parse(subnet: string): { base: number; prefix: number } | null {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(subnet)) return null
  const [address, prefix] = ipaddr.IPv4.parseCIDR(subnet)
  const base = address.toByteArray().reduce((number, byte) => number * 256 + byte, 0)
  return prefix < 8 || prefix > 27 || base % 2 ** (32 - prefix) !== 0 ? null : { base, prefix }
}

function format(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')
}
