import { InputError } from '../errors.ts'

/** An IPv4 network in numbers. */
export interface Subnet {
  /** The network address as an unsigned number. */
  base: number
  prefix: number
  /** Addresses, network and broadcast included. */
  size: number
}

/** Networks that no address on the internet belongs to, so that a sandbox there can hide nothing real. */
const allowed = [
  ['10.0.0.0', 8], // RFC 1918
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10], // RFC 6598
  ['198.18.0.0', 15], // RFC 2544
  ['192.0.2.0', 24], // RFC 5737
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
] as const

const largest = 12
const smallest = 26

/** What is wrong with a sandbox subnet as written, or null. */
export function subnetProblem(written: string): string | null {
  const read = readSubnet(written)
  if (read === null) return `"${written}" is not an IPv4 network; write it like 198.18.0.0/20`
  const { base, prefix } = read
  if (prefix < largest || prefix > smallest) return `"${written}": the prefix must be from /${largest} to /${smallest}`
  const network = networkOf(base, prefix)
  if (network !== base) return `"${written}" is not the network's first address; write ${formatIpv4(network)}/${prefix}`
  const inside = allowed.some(([address, bits]) => bits <= prefix && networkOf(base, bits) === ipv4Number(address))
  return inside ? null : `"${written}" is not reserved for private use or tests; take one of 198.18.0.0/15`
}

/** @throws InputError when it is not a subnet that a sandbox may have */
export function parseSubnet(written: string): Subnet {
  const problem = subnetProblem(written)
  const read = readSubnet(written)
  if (problem !== null || read === null) throw new InputError(`sandbox subnet ${problem}`)
  return { ...read, size: 2 ** (32 - read.prefix) }
}

/** Dotted form of an unsigned 32-bit number. */
export function formatIpv4(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')
}

function readSubnet(written: string): { base: number; prefix: number } | null {
  const [, address, bits] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(written) ?? []
  if (address === undefined || bits === undefined) return null
  const octets = address.split('.')
  if (octets.some((octet) => Number(octet) > 255 || String(Number(octet)) !== octet) || Number(bits) > 32) return null
  return { base: ipv4Number(address), prefix: Number(bits) }
}

function ipv4Number(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
}

function networkOf(address: number, prefix: number): number {
  const size = 2 ** (32 - prefix)
  return Math.floor(address / size) * size
}
