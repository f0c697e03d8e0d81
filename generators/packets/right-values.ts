import { sameBytes } from './bytes.ts'
import { findLayer } from './bindings.ts'
import { readBits } from './bits.ts'
import type { PseudoAddresses } from './checksum.ts'
import { rightChecksum } from './decode.ts'
import type { Values } from './field.ts'
import type { Context, Layer } from './layer.ts'
import type { DecodedLayer } from './stack.ts'
import { parseValues, presentValues, withInitials } from './struct.ts'

/**
 * For each layer that `decodeStack` read from `bytes`, the values that lengths, checksums and the like would have if
 * they fitted what is there, but only of those fields that have another one. In the form of `decodeStack`.
 */
export function rightValues(bytes: Uint8Array, decoded: readonly DecodedLayer[]): Values[] {
  let around: Around = { end: bytes.length, network: undefined, quoted: false }
  return decoded.map((read, index) => {
    const layer = findLayer(read.layer)
    const { trailer, ...shown } = read.values
    const end = around.end - (trailer instanceof Uint8Array ? trailer.length : 0)
    if (layer === undefined || read.layer === 'payload') return {}
    const values = parseValues(layer.struct, shown, read.layer)
    const context: Context = {
      next: decoded[index + 1]?.layer,
      around: decoded[index - 1]?.layer,
      hopLimit: demandedHopLimit(decoded.slice(index + 1)),
      network: around.network,
      quoted: around.quoted,
    }
    const whole = bytes.subarray(read.offset, end)
    // What an ICMP error quotes may be cut anywhere, so that nothing in it need fit.
    const right = around.quoted ? {} : differing(layer, values, whole, read.length, context)
    around = {
      end,
      network: layer.network?.(values, around.network) ?? around.network,
      quoted: around.quoted || layer.quotes?.(values) === true,
    }
    return presentValues(layer.struct, right)
  })
}

interface Around {
  end: number
  network: PseudoAddresses | undefined
  quoted: boolean
}

function differing(layer: Layer, values: Values, whole: Uint8Array, headerLength: number, context: Context): Values {
  const right: Values = {}
  // Fields that are not there have their initial values, as they have while encoding.
  const all = withInitials(layer.struct, values)
  const completed = layer.complete?.(all, whole.subarray(headerLength), headerLength, context) ?? {}
  for (const [name, value] of Object.entries(completed))
    if (values[name] !== undefined && !same(values[name], value)) right[name] = value
  const { checksum } = layer
  const offset = checksum?.offset(values)
  if (checksum === undefined || offset === undefined || offset + 2 > whole.length) return right
  const found = readBits(whole, offset * 8, 16)
  const sum = rightChecksum(checksum, offset, values, whole, headerLength, context)
  // 0 and 0xffff are the same number in one's complement.
  const isNone = found === 0 && checksum.zeroMeansNone
  if (sum !== undefined && !isNone && sum % 0xffff !== found % 0xffff) right[checksum.field] = sum
  return right
}

function same(one: unknown, other: unknown): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return sameBytes(one, other)
  return one === other
}

/** The hop limit that the layers inside demand, those behind another IP header aside. */
function demandedHopLimit(inside: readonly DecodedLayer[]): number | undefined {
  for (const { layer } of inside) {
    const known = findLayer(layer)
    if (known?.hopLimit !== undefined) return known.hopLimit
    if (known?.boundTo?.etherType !== undefined) return undefined
  }
  return undefined
}
