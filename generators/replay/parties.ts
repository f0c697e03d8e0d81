import type { Side } from '../conversation/conversation.ts'
import { GeneratorError } from '../errors.ts'
import type { Identity } from '../identity.ts'
import { ipText, ipv4Bytes, ipv6Bytes, macBytes } from '../packets/address.ts'

/** With what addresses a party of the capture speaks in the trial. */
export interface Party {
  side: Side
  mac: Uint8Array
  ipv4: Uint8Array
  ipv6: Uint8Array
}

/** Third parties of one trial at most: so many addresses has its block. */
export const mostThirds = 126

/** One of the two ends. */
export function endParty(identity: Identity, side: Side): Party {
  const { mac, ipv4, ipv6 } = identity[side]
  return { side, mac: bytes(macBytes, mac), ipv4: bytes(ipv4Bytes, ipv4), ipv6: bytes(ipv6Bytes, ipv6) }
}

/**
 * A third party. Its addresses are derived from the client's, so no other trial of the same wave has them: one of 128 in
 * 100.64.0.0/10 (RFC 6598), which no sandbox uses, the next subnet of the client's own IPv6 network, and a MAC that is locally administered.
 * @throws GeneratorError when the block has no more
 */
export function thirdParty(identity: Identity, side: Side, index: number): Party {
  if (index >= mostThirds)
    throw new GeneratorError(
      'others',
      `more than ${mostThirds} further addresses; filter the capture or name more of them under client: and server:`,
    )
  const client = endParty(identity, 'client')
  const own = new DataView(client.ipv4.buffer, client.ipv4.byteOffset).getUint32(0)
  const ipv4 = new Uint8Array(4)
  new DataView(ipv4.buffer).setUint32(0, 0x6440_0000 + ((own >>> 1) & 0x7fff) * 128 + index + 1)
  const ipv6 = Uint8Array.from(client.ipv6)
  ipv6.copyWithin(8, 12, 16)
  ipv6.set([0, 0, 0, index + 1], 12)
  ipv6[7] = ((ipv6[7] as number) + 1) & 0xff
  return { side, mac: Uint8Array.of(0x06, index + 1, ...client.mac.subarray(2)), ipv4, ipv6 }
}

/** The addresses of a party as text. */
export function partyAddresses({ ipv4, ipv6 }: Party): string[] {
  return [ipText(ipv4), ipText(ipv6)]
}

/** A copy: what `macBytes` and the others hand out must not be shared. */
function bytes(parse: (text: string) => Uint8Array | undefined, text: string): Uint8Array {
  const parsed = parse(text)
  if (parsed === undefined) throw new GeneratorError('', `the trial's address ${text} cannot be read`)
  return Uint8Array.from(parsed)
}
