import { createHash } from 'node:crypto'

/** Namespace of every name of ours; drawn once at random. */
const ours = 'f3c4403a-65e3-4280-8370-0598f6268d83'

/** UUID version 5 (RFC 9562 §5.5) of a name in a namespace: the same name always gives the same UUID. */
export function uuid5(name: string, namespace: string = ours): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
  const bytes = hash.subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
