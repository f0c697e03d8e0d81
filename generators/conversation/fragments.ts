import { z } from 'zod'
import { GeneratorError } from '../errors.ts'
import { merged } from '../merged.ts'
import { decodeStack, encodeStack, type LayerSpec } from '../packets/stack.ts'
import { milliseconds } from './delay.ts'

const piece = z.strictObject({
  offset: z
    .number()
    .int()
    .min(0)
    .max(65_528)
    .describe('Where the piece starts in the payload of IP, in bytes; a multiple of 8.'),
  length: z.number().int().min(0).optional().describe('Bytes of the payload that it carries; absent: up to its end.'),
  data: z.unknown().optional().describe('Other bytes in place of the payload at that offset.'),
  more: z.boolean().optional().describe('More-fragments flag; absent: set unless the piece reaches the end.'),
  set: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Fields of the IPv4 header or of the IPv6 fragment header of this piece.'),
  note: z.string().optional(),
  delay: milliseconds.optional(),
})

/** `fragments:` of a frame: the pieces in the order in which they are sent. What no piece covers never arrives. */
export const fragmentsSchema = z.array(piece).min(1).max(1000)

export type Fragment = z.output<typeof piece>

/** What the payload of the first IP layer is cut from. */
export interface Cut {
  /** Layers up to and including IP, and IPv6 extension headers that stay in front of the fragment header. */
  head: LayerSpec[]
  version: 4 | 6
  /** The whole payload of IP as it would be unfragmented, checksums included. */
  payload: Uint8Array
  /** Number of what the payload starts with: IPv4 protocol or IPv6 next header. */
  protocol: number
  identification: number
}

/** Extension headers that every router reads, so that they stand in front of the fragment header (RFC 8200 §4.5). */
const perHop = ['hopByHopOptions', 'routing']

/**
 * Takes a completed stack apart for fragmenting.
 * @throws GeneratorError when there is no IP layer in it
 */
export function cutStack(stack: readonly LayerSpec[], identification: number, path: string): Cut {
  const ip = stack.findIndex(({ layer }) => layer === 'ipv4' || layer === 'ipv6')
  const version = stack[ip]?.layer === 'ipv6' ? 6 : 4
  if (ip === -1) throw new GeneratorError(path, 'only a frame with an ipv4 or ipv6 layer can be cut into fragments')
  let end = ip + 1
  while (version === 6 && perHop.includes(stack[end]?.layer ?? '')) end += 1
  const whole = encodeStack(stack)
  const head = stack.slice(0, end)
  const last = decodeStack(whole)[end - 1]
  if (last === undefined) throw new GeneratorError(path, 'the layers below IP do not lead to IP')
  const protocol = Number(last.values[version === 4 ? 'protocol' : 'nextHeader'])
  return { head, version, payload: whole.subarray(last.offset + last.length), protocol, identification }
}

/** The stack of one fragment, RFC 791 §3.2 and RFC 8200 §4.5. `data` are the bytes of the piece where it has its own. */
export function fragmentStack(cut: Cut, fragment: Fragment, data: Uint8Array | null, path: string): LayerSpec[] {
  if (fragment.offset % 8 !== 0) throw new GeneratorError(`${path}.offset`, `${fragment.offset} is no multiple of 8`)
  const end = fragment.length === undefined ? cut.payload.length : fragment.offset + fragment.length
  const bytes = data ?? cut.payload.subarray(fragment.offset, end)
  const more = fragment.more ?? fragment.offset + bytes.length < cut.payload.length
  const payload = { layer: 'payload', values: { data: bytes } }
  if (cut.version === 4) {
    const own = {
      protocol: cut.protocol,
      identification: cut.identification,
      flags: more ? ['MF'] : [],
      fragmentOffset: fragment.offset / 8,
    }
    return [
      ...cut.head.map((spec, index) =>
        index === cut.head.length - 1 ? withValues(spec, merged(own, fragment.set)) : spec,
      ),
      payload,
    ]
  }
  const header = {
    nextHeader: cut.protocol,
    fragmentOffset: fragment.offset / 8,
    flags: more ? ['M'] : [],
    identification: cut.identification,
    ...fragment.set,
  }
  return [...cut.head, { layer: 'fragment', values: header }, payload]
}

function withValues({ layer, values }: LayerSpec, more: Record<string, unknown>): LayerSpec {
  return { layer, values: merged(values, more) }
}
