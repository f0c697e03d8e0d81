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

/** Buckets at the beginning, a power of two, and equal frames in one on average at most. */
const fewestBuckets = 1024
const fullAt = 2

/**
 * A multiset of byte strings that is asked by content. Each question costs one hash and, as a rule, one comparison.
 *
 * A table of our own, for what is looked for comes and goes: a `Map` that is filled and emptied leaves old tables behind, each of which points
 * to the next, and V8 keeps what stood in them until it collects the whole heap.
 */
export class BodyIndex {
  #buckets: Equal[][] = emptyBuckets(fewestBuckets)
  /** Distinct byte strings of a trial that are looked for. */
  #size = 0

  add(bytes: Uint8Array, { trialId, frame }: Wanted): void {
    const bucket = this.#bucket(bytes)
    const equal = bucket.findLast((each) => each.trialId === trialId && same(each.bytes, bytes))
    if (equal) {
      equal.frames.push(frame)
      return
    }
    bucket.push({ bytes, trialId, frames: [frame], taken: 0 })
    this.#size += 1
    if (this.#size > this.#buckets.length * fullAt) this.#grow()
  }

  /** Takes one entry with these bytes out, the earliest added; null when there is none left. */
  take(bytes: Uint8Array): Wanted | null {
    if (this.#size === 0) return null
    const bucket = this.#bucket(bytes)
    const place = bucket.findIndex((each) => same(each.bytes, bytes))
    const equal = bucket[place]
    if (equal === undefined) return null
    const frame = equal.frames[equal.taken++] as number
    if (equal.taken === equal.frames.length) this.#remove(bucket, place)
    return { trialId: equal.trialId, frame }
  }

  /** Takes out every entry of a trial that has these bytes. */
  drop(bytes: Uint8Array, trialId: string): void {
    const bucket = this.#bucket(bytes)
    const place = bucket.findIndex((each) => each.trialId === trialId && same(each.bytes, bytes))
    if (place >= 0) this.#remove(bucket, place)
  }

  #bucket(bytes: Uint8Array): Equal[] {
    return this.#buckets[fnv1a(bytes) & (this.#buckets.length - 1)] as Equal[]
  }

  #remove(bucket: Equal[], place: number): void {
    bucket.splice(place, 1)
    this.#size -= 1
  }

  #grow(): void {
    const all = this.#buckets
    this.#buckets = emptyBuckets(all.length * 4)
    for (const bucket of all) for (const equal of bucket) this.#bucket(equal.bytes).push(equal)
  }
}

function emptyBuckets(count: number): Equal[][] {
  return Array.from({ length: count }, () => [])
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0
}

/** FNV-1a, 32 bits. A bucket's byte strings are compared, so a collision costs time and nothing else. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let place = 0; place < bytes.length; place++) hash = Math.imul(hash ^ (bytes[place] as number), 0x01000193)
  return hash >>> 0
}
