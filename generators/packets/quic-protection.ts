import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { concatBytes } from './bytes.ts'

/** Versions whose keys are known. */
export const version1 = 1

const encoder = new TextEncoder()
const initialSalt = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex')
const retryKey = Buffer.from('be0c690b9f66575a1d766b54e368c84e', 'hex')
const retryNonce = Buffer.from('461599d35d632bf2239825bb', 'hex')
const tagSize = 16
const sampleOffset = 4
const sampleSize = 16

/** Who protects an Initial packet. */
export type Side = 'client' | 'server'

/** Where the protected parts of a packet are, in bytes from its start. */
export interface ProtectedPacket {
  packetNumberOffset: number
  /** End of the tag. */
  end: number
}

interface Keys {
  key: Uint8Array
  iv: Uint8Array
  headerKey: Uint8Array
}

/** Bytes of plain text that make a packet long enough to be sampled, RFC 9001 §5.4.2. */
export const leastPlain = sampleOffset + sampleSize - tagSize

/**
 * Protects an Initial packet of version 1: encrypts frames, writes the tag (unless one is given), masks the header.
 * @param plain packet in plain, with room for the tag
 * @param packet its packet number and frames together are no shorter than `leastPlain`
 * @param id destination connection id of the client's first Initial
 */
export function protect(
  plain: Uint8Array,
  packet: ProtectedPacket,
  id: Uint8Array,
  side: Side,
  tag?: Uint8Array,
): Uint8Array {
  const { packetNumberOffset: offset, end } = packet
  const keys = initialKeys(id, side)
  const numberSize = ((plain[0] as number) & 3) + 1
  const framesStart = offset + numberSize
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonceOf(keys.iv, plain.subarray(offset, framesStart)))
  cipher.setAAD(plain.subarray(0, framesStart))
  const encrypted = cipher.update(plain.subarray(framesStart, end - tagSize))
  cipher.final()
  const wire = plain.slice()
  wire.set(encrypted, framesStart)
  wire.set(tag ?? cipher.getAuthTag(), end - tagSize)
  mask(wire, wire, offset, numberSize, keys)
  return wire
}

/** Takes the protection off an Initial packet; undefined when the keys are not those, or a byte was altered. */
export function unprotect(
  wire: Uint8Array,
  packet: ProtectedPacket,
  id: Uint8Array,
  side: Side,
): Uint8Array | undefined {
  const { packetNumberOffset: offset, end } = packet
  if (end > wire.length || offset + sampleOffset + sampleSize > end) return undefined
  const keys = initialKeys(id, side)
  const plain = wire.slice()
  const first = (wire[0] as number) ^ ((maskOf(wire, offset, keys)[0] as number) & 0x0f)
  const numberSize = (first & 3) + 1
  mask(plain, wire, offset, numberSize, keys)
  const framesStart = offset + numberSize
  const decipher = createDecipheriv('aes-128-gcm', keys.key, nonceOf(keys.iv, plain.subarray(offset, framesStart)))
  decipher.setAAD(plain.subarray(0, framesStart))
  decipher.setAuthTag(wire.subarray(end - tagSize, end))
  const decrypted = decipher.update(wire.subarray(framesStart, end - tagSize))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  plain.set(decrypted, framesStart)
  return plain
}

/** Integrity tag of a Retry packet. RFC 9001 §5.8. */
export function retryTag(packet: Uint8Array, originalId: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-gcm', retryKey, retryNonce)
  cipher.setAAD(concatBytes([Uint8Array.of(originalId.length), originalId, packet]))
  cipher.final()
  return cipher.getAuthTag()
}

/** RFC 9001 §5.2. */
function initialKeys(id: Uint8Array, side: Side): Keys {
  const initial = createHmac('sha256', initialSalt).update(id).digest()
  const secret = expandLabel(initial, side === 'client' ? 'client in' : 'server in', 32)
  return {
    key: expandLabel(secret, 'quic key', 16),
    iv: expandLabel(secret, 'quic iv', 12),
    headerKey: expandLabel(secret, 'quic hp', 16),
  }
}

/** HKDF-Expand-Label of no more than one block. RFC 8446 §7.1. */
function expandLabel(secret: Uint8Array, label: string, size: number): Uint8Array {
  const name = encoder.encode(`tls13 ${label}`)
  const info = concatBytes([Uint8Array.of(0, size, name.length), name, Uint8Array.of(0, 1)])
  return createHmac('sha256', secret).update(info).digest().subarray(0, size)
}

function nonceOf(iv: Uint8Array, number: Uint8Array): Uint8Array {
  const nonce = iv.slice()
  const start = nonce.length - number.length
  number.forEach((byte, index) => {
    nonce[start + index] = (nonce[start + index] as number) ^ byte
  })
  return nonce
}

function maskOf(wire: Uint8Array, offset: number, keys: Keys): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', keys.headerKey, null)
  return cipher.update(wire.subarray(offset + sampleOffset, offset + sampleOffset + sampleSize))
}

/** Masks or unmasks the first byte and the packet number. RFC 9001 §5.4.1. */
function mask(target: Uint8Array, wire: Uint8Array, offset: number, numberSize: number, keys: Keys): void {
  const bytes = maskOf(wire, offset, keys)
  target[0] = (target[0] as number) ^ ((bytes[0] as number) & 0x0f)
  for (let index = 0; index < numberSize; index++)
    target[offset + index] = (target[offset + index] as number) ^ (bytes[index + 1] as number)
}
