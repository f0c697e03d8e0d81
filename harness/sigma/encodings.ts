import { UnsupportedRule } from './rejected.ts'

/** How a text becomes bytes before it is encoded or compared. */
export type TextEncoding = 'utf8' | 'utf16le' | 'utf16be' | 'utf16'

export function encodeText(text: string, encoding: TextEncoding): Buffer {
  if (encoding === 'utf8') return Buffer.from(text, 'utf8')
  const little = Buffer.from(text, 'utf16le')
  if (encoding === 'utf16le') return little
  if (encoding === 'utf16be') return little.swap16()
  return Buffer.concat([Buffer.from([0xff, 0xfe]), little])
}

/** Characters that may differ with the bytes before, by how many bytes the value is shifted, and likewise behind. */
const unstableBefore = [0, 2, 3] as const
const unstableBehind = [0, 3, 2] as const

/**
 * The three texts of which one stands in the Base64 form of anything that holds `bytes`: for each place that they may
 * have within a group of three bytes, the characters that they alone decide. RFC 4648 §4.
 */
export function base64Offsets(bytes: Buffer): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift, 0x20), bytes]).toString('base64')
    const behind = unstableBehind[(bytes.length + shift) % 3] as number
    return encoded.slice(unstableBefore[shift], encoded.length - behind)
  })
}

const dashes = ['-', '/', '\u2013', '\u2014', '\u2015']
/** A dash that begins an option: nothing of a word before it, a word behind it. */
const optionDash = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu
const mostVariants = 625

/** Every way to write the options of a command line with one of the five dashes. @throws UnsupportedRule for more than 625 ways */
export function dashVariants(text: string): string[] {
  const places = [...text.matchAll(optionDash)].map(({ index }) => index)
  if (dashes.length ** places.length > mostVariants) {
    throw new UnsupportedRule(`windash: "${text}" has ${places.length} options, more than four cannot be varied`)
  }
  return places.reduce(
    (variants, place) =>
      variants.flatMap((variant) => dashes.map((dash) => variant.slice(0, place) + dash + variant.slice(place + 1))),
    [text],
  )
}
