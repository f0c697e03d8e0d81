/** Bits of each byte's code, then of the end-of-string symbol. The codes follow from the lengths. RFC 7541 Appendix B. */
const lengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26, 30,
]
const endOfString = 256
const longestPadding = 7

const codes: number[] = []
const symbols = new Map<number, number>()
const byLength = lengths.map((length, symbol) => ({ length, symbol })).sort((a, b) => a.length - b.length)
let code = 0
let width = 0
for (const { length, symbol } of byLength) {
  code *= 2 ** (length - width)
  width = length
  codes[symbol] = code
  symbols.set(key(length, code), symbol)
  code++
}

/** Bytes in the Huffman code of HPACK, filled up with ones. RFC 7541 §5.2. */
export function huffmanEncode(text: Uint8Array): Uint8Array {
  const bits = text.reduce((sum, byte) => sum + (lengths[byte] as number), 0)
  const bytes = new Uint8Array(Math.ceil(bits / 8)).fill(0xff)
  let offset = 0
  for (const byte of text) {
    const length = lengths[byte] as number
    for (let bit = length - 1; bit >= 0; bit--, offset++)
      if ((((codes[byte] as number) >>> bit) & 1) === 0)
        bytes[offset >> 3] = (bytes[offset >> 3] ?? 0) & ~(0x80 >> (offset & 7))
  }
  return bytes
}

/** What the Huffman code stands for; undefined where it is not what `huffmanEncode` would write. */
export function huffmanDecode(bytes: Uint8Array): Uint8Array | undefined {
  const text: number[] = []
  let read = 0
  let length = 0
  for (let offset = 0; offset < bytes.length * 8; offset++) {
    read = read * 2 + (((bytes[offset >> 3] as number) >> (7 - (offset & 7))) & 1)
    length++
    const symbol = symbols.get(key(length, read))
    if (symbol === endOfString || length > 30) return undefined
    if (symbol === undefined) continue
    text.push(symbol)
    read = 0
    length = 0
  }
  return length <= longestPadding && read === 2 ** length - 1 ? Uint8Array.from(text) : undefined
}

function key(length: number, bits: number): number {
  return length * 2 ** 31 + bits
}
