/** A frame that is being looked for. */
export interface Wanted {
  trialId: string
  frame: number
}

/** Frames of one trial that have the same bytes: taken one by one, in their order. */
interface Equal {
  bytes: Uint8Array
  trialId: string
  frames: number[]
  taken: number
}

/** A multiset of byte strings that is asked by content. Each question costs one hash and, as a rule, one comparison. */
export class BodyIndex {
  #buckets = new Map<number, Equal[]>()

  add(bytes: Uint8Array, { trialId, frame }: Wanted): void {
    const hash = fnv1a(bytes)
    const bucket = this.#buckets.get(hash)
    if (bucket === undefined) {
      this.#buckets.set(hash, [{ bytes, trialId, frames: [frame], taken: 0 }])
      return
    }
    const equal = bucket.findLast((each) => each.trialId === trialId && same(each.bytes, bytes))
    if (equal) equal.frames.push(frame)
    else bucket.push({ bytes, trialId, frames: [frame], taken: 0 })
  }

  /** Takes one entry with these bytes out, the earliest added; null when there is none left. */
  take(bytes: Uint8Array): Wanted | null {
    if (this.#buckets.size === 0) return null
    const hash = fnv1a(bytes)
    const bucket = this.#buckets.get(hash)
    const place = bucket?.findIndex((each) => same(each.bytes, bytes)) ?? -1
    const equal = bucket?.[place]
    if (bucket === undefined || equal === undefined) return null
    const frame = equal.frames[equal.taken++] as number
    if (equal.taken === equal.frames.length) this.#remove(hash, bucket, place)
    return { trialId: equal.trialId, frame }
  }

  /** Takes out every entry of a trial that has these bytes. */
  drop(bytes: Uint8Array, trialId: string): void {
    const hash = fnv1a(bytes)
    const bucket = this.#buckets.get(hash)
    const place = bucket?.findIndex((each) => each.trialId === trialId && same(each.bytes, bytes)) ?? -1
    if (bucket !== undefined && place >= 0) this.#remove(hash, bucket, place)
  }

  #remove(hash: number, bucket: Equal[], place: number): void {
    if (bucket.length === 1) this.#buckets.delete(hash)
    else bucket.splice(place, 1)
  }
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0
}

/** FNV-1a, 32 bits. Equal hashes are compared byte by byte, so a collision costs time and nothing else. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let place = 0; place < bytes.length; place++) hash = Math.imul(hash ^ (bytes[place] as number), 0x01000193)
  return hash >>> 0
}
