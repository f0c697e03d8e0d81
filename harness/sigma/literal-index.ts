/**
 * Finds which of many texts stand in another one, in one pass over it (Aho and Corasick, "Efficient string matching",
 * 1975). The transitions lie in one hash table of whole numbers, so that a hundred thousand texts take a few megabytes.
 */
export class LiteralIndex {
  /** By UTF-16 code unit, the number of the letter; 0 for those in no text. */
  readonly #letters = new Uint16Array(65_536)
  #letterCount = 1
  readonly #literals: readonly string[]
  /** Keys `node * letterCount + letter` and the node they lead to; a key of 0 is free. */
  #keys: Float64Array
  #targets: Int32Array
  #mask: number
  readonly #fail: Int32Array
  /** The nearest node on the way of failures at which a literal ends, itself included; 0 for none. */
  readonly #report: Int32Array
  /** Literal that ends at a node, plus 1. */
  readonly #ends: Int32Array

  /** @param literals different texts, none of them empty */
  constructor(literals: readonly string[]) {
    this.#literals = literals
    for (const literal of literals) {
      for (let at = 0; at < literal.length; at++) {
        const unit = literal.charCodeAt(at)
        if (this.#letters[unit] === 0) this.#letters[unit] = this.#letterCount++
      }
    }
    const most = literals.reduce((sum, { length }) => sum + length, 1)
    const size = 2 ** Math.ceil(Math.log2(most * 2 + 1))
    this.#keys = new Float64Array(size)
    this.#targets = new Int32Array(size)
    this.#mask = size - 1
    this.#fail = new Int32Array(most)
    this.#report = new Int32Array(most)
    this.#ends = new Int32Array(most)
    this.#build(most)
  }

  /** Tells every place at which a literal ends: its number, the offset behind its last code unit, and its length. */
  scan(text: string, found: (literal: number, end: number, length: number) => void): void {
    let node = 0
    for (let at = 0; at < text.length; at++) {
      const letter = this.#letters[text.charCodeAt(at)] as number
      if (letter === 0) {
        node = 0
        continue
      }
      let next = this.#next(node, letter)
      while (next === 0 && node !== 0) {
        node = this.#fail[node] as number
        next = this.#next(node, letter)
      }
      node = next
      for (let end = this.#report[node] as number; end !== 0; end = this.#report[this.#fail[end] as number] as number) {
        const literal = (this.#ends[end] as number) - 1
        found(literal, at + 1, (this.#literals[literal] as string).length)
      }
    }
  }

  #build(most: number): void {
    const depths: number[][] = [[0]]
    const letterOf = new Uint16Array(most)
    const parent = new Int32Array(most)
    let count = 1
    for (const [number, literal] of this.#literals.entries()) {
      let node = 0
      for (let at = 0; at < literal.length; at++) {
        const letter = this.#letters[literal.charCodeAt(at)] as number
        let next = this.#next(node, letter)
        if (next === 0) {
          next = count++
          this.#set(node, letter, next)
          letterOf[next] = letter
          parent[next] = node
          const depth = depths[at + 1] ?? []
          depths[at + 1] = depth
          depth.push(next)
        }
        node = next
      }
      this.#ends[node] = number + 1
    }
    for (const nodes of depths.slice(1)) {
      for (const node of nodes) {
        let from = this.#fail[parent[node] as number] as number
        const letter = letterOf[node] as number
        if (parent[node] !== 0) {
          let next = this.#next(from, letter)
          while (next === 0 && from !== 0) {
            from = this.#fail[from] as number
            next = this.#next(from, letter)
          }
          this.#fail[node] = next
        }
        this.#report[node] = this.#ends[node] === 0 ? (this.#report[this.#fail[node] as number] as number) : node
      }
    }
  }

  #next(node: number, letter: number): number {
    const key = node * this.#letterCount + letter
    for (let slot = hash(key) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const there = this.#keys[slot]
      if (there === key) return this.#targets[slot] as number
      if (there === 0) return 0
    }
  }

  #set(node: number, letter: number, target: number): void {
    const key = node * this.#letterCount + letter
    let slot = hash(key) & this.#mask
    while (this.#keys[slot] !== 0) slot = (slot + 1) & this.#mask
    this.#keys[slot] = key
    this.#targets[slot] = target
  }
}

function hash(key: number): number {
  const mixed = Math.imul(key ^ (key >>> 15), 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}
