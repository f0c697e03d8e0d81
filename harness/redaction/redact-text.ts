import type { RedactedKind } from '../evidence/record.ts'
import { otherForms, replaceAddresses } from './addresses.ts'
import type { Names } from './names.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** Replaces what must not be read in a text. */
export interface TextRedactor {
  /** Addresses, names, and what was made of addresses. */
  all: (text: string) => string
  /** Addresses alone: for identifiers that must stay what they are. */
  addresses: (text: string) => string
  /** The first address of those replaced that a text still holds; null when it holds none. */
  leak: (text: string) => string | null
}

/** An e-mail address, or a user of a service named like one. */
const mailbox = /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g
/** Community ID 1.0: a hash of addresses without a secret, so whoever guesses the addresses can check the guess. */
const communityId = /(?<!\S)1:[A-Za-z0-9+/]{27}=/g
const coded = /(?<![\w+/])(?:[A-Za-z0-9+/]{20,}={0,2}|(?:[0-9A-Fa-f]{2}){16,})(?![\w+/=])/g

/** @param ipv4 the IPv4 addresses of the trials, whose other ways of writing are replaced too */
export function createTextRedactor(pseudonyms: Pseudonyms, names: Names, ipv4: Iterable<string>): TextRedactor {
  const words = new Map<string, { kind: RedactedKind; value: string }>()
  const phrases: string[] = []
  const enter = (kind: RedactedKind, name: string, value = name.toLowerCase()) => {
    words.set(name.toLowerCase(), { kind, value })
    if (!/^[\w.-]+$/.test(name)) phrases.push(name)
  }
  for (const address of ipv4) for (const form of otherForms(address)) enter('ipv4', form, address)
  for (const name of names.users) enter('user', name)
  for (const name of names.hosts) enter('host', name)
  const phrase = phrases.length === 0 ? null : anyOf(phrases)

  const tokenOf = (name: string) => {
    const found = words.get(name.toLowerCase())
    return found && pseudonyms.token(found.kind, found.value)
  }
  const addresses = (text: string) => replaceAddresses(text, (kind, value) => pseudonyms.token(kind, value))
  const decoded = (text: string) =>
    text.replace(coded, (found) => (hidesAddress(found) ? pseudonyms.token('payload', found) : found))
  const all = (text: string) => {
    const plain = decoded(text)
      .replace(communityId, (found) => pseudonyms.token('flow', found))
      .replace(mailbox, (found) => pseudonyms.token('user', found.toLowerCase()))
    const whole = phrase ? plain.replace(phrase, (found) => tokenOf(found) ?? found) : plain
    return addresses(words.size === 0 ? whole : whole.replace(/[\w.-]+/g, (found) => ofParts(found, tokenOf)))
  }
  return { all, addresses, leak: (text) => leakIn(text, pseudonyms) }
}

/** Replaces the longest parts of a word with dots and hyphens that are names: `alice-laptop`, `web.corp.example.`. */
function ofParts(word: string, tokenOf: (name: string) => string | undefined): string {
  const whole = tokenOf(word)
  if (whole !== undefined) return whole
  const parts = word.split(/([.-])/)
  if (parts.length < 3 || parts.length > 40) return word
  for (let length = parts.length - 2; length > 0; length -= 2)
    for (let start = 0; start + length <= parts.length; start += 2) {
      const token = tokenOf(parts.slice(start, start + length).join(''))
      if (token === undefined) continue
      const rest = (from: number, to?: number) => ofParts(parts.slice(from, to).join(''), tokenOf)
      return rest(0, start) + token + rest(start + length)
    }
  return word
}

/** Whether base64 or hex holds an address as text, also as UTF-16. */
function hidesAddress(text: string): boolean {
  return (['base64', 'hex'] as const).some((encoding) => {
    const inside = Buffer.from(text, encoding).toString('latin1').replaceAll('\0', '')
    let found = false
    replaceAddresses(inside, () => {
      found = true
      return ''
    })
    return found
  })
}

function leakIn(text: string, pseudonyms: Pseudonyms): string | null {
  let leak: string | null = null
  replaceAddresses(text, (kind, value) => {
    if (pseudonyms.knows(kind, value)) leak ??= value
    return ''
  })
  return leak
}

/** Any of some phrases, as whole words, whatever the case. */
function anyOf(phrases: readonly string[]): RegExp {
  const longestFirst = phrases.toSorted((a, b) => b.length - a.length)
  const escaped = longestFirst.map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join('|')})(?![\\p{L}\\p{N}_])`, 'giu')
}
