import { createHmac } from 'node:crypto'
import type { RedactedKind } from '../evidence/record.ts'

/** Beginning of the tokens of each kind. None looks like what it stands for. */
const prefixes: Record<RedactedKind, string> = {
  ipv4: 'ip4',
  ipv6: 'ip6',
  mac: 'mac',
  host: 'host',
  user: 'user',
  flow: 'flow',
  payload: 'payload',
}

/** How often a kind was replaced. */
export interface Replaced {
  kind: RedactedKind
  /** Different values. */
  values: number
  /** Places where one stood. */
  places: number
}

/**
 * Keyed pseudonyms: the same value gives the same token as long as the key is the same, so that what belonged together
 * still can be seen to; without the key no token can be tried against guessed values.
 */
export class Pseudonyms {
  readonly #key: Uint8Array
  readonly #tokens = new Map<string, string>()
  readonly #owners = new Map<string, string>()
  readonly #places = new Map<RedactedKind, number>()

  /** @param key random bytes, at least 32 */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** The token of a value in its canonical form: `ip4-` and ten hex digits, more where two values would share them. */
  token(kind: RedactedKind, value: string): string {
    this.#places.set(kind, (this.#places.get(kind) ?? 0) + 1)
    const name = `${kind} ${value}`
    const known = this.#tokens.get(name)
    if (known !== undefined) return known
    const digits = createHmac('sha256', this.#key).update(name).digest('hex')
    let token = ''
    for (let length = 10; token === '' || this.#owners.has(token); length += 2)
      token = `${prefixes[kind]}-${digits.slice(0, length)}`
    this.#tokens.set(name, token)
    this.#owners.set(token, value)
    return token
  }

  /** Whether a value has been replaced somewhere. */
  knows(kind: RedactedKind, value: string): boolean {
    return this.#tokens.has(`${kind} ${value}`)
  }

  /** What was replaced until now, of every kind that there was. */
  replaced(): Replaced[] {
    return Object.keys(prefixes).flatMap((name) => {
      const kind = name as RedactedKind
      const values = [...this.#tokens.keys()].filter((key) => key.startsWith(`${kind} `)).length
      return values === 0 ? [] : [{ kind, values, places: this.#places.get(kind) ?? 0 }]
    })
  }
}
