import { createHash } from 'node:crypto'

/** A source of random numbers that a seed fixes. */
export interface Random {
  /** The next number, 0 to 2^32 - 1. */
  uint32: () => number
  /** A number from 0 to `limit` - 1, each equally likely. */
  below: (limit: number) => number
}

/** xoshiro128** 1.1 of Blackman and Vigna, its state taken from the SHA-256 of the seed. Not for secrets. */
export function random(seed: string): Random {
  const digest = createHash('sha256').update(seed).digest()
  return xoshiro128starstar([0, 4, 8, 12].map((offset) => digest.readUInt32BE(offset)) as State)
}

type State = [number, number, number, number]

/** The generator itself, from a state that is not all zero. */
export function xoshiro128starstar(state: Readonly<State>): Random {
  let [a, b, c, d] = state
  const uint32 = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
  const below = (limit: number): number => {
    // The numbers beyond the last whole multiple would make the low results likelier.
    const fair = 2 ** 32 - (2 ** 32 % limit)
    for (;;) {
      const number = uint32()
      if (number < fair) return number % limit
    }
  }
  return { uint32, below }
}

/** A shuffled copy, by Fisher and Yates. */
export function shuffled<T>(items: readonly T[], { below }: Random): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = below(last + 1)
    const moved = result[last] as T
    result[last] = result[other] as T
    result[other] = moved
  }
  return result
}

function rotate(number: number, bits: number): number {
  return (number << bits) | (number >>> (32 - bits))
}
