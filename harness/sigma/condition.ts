import { all, any, type Expression } from './expression.ts'
import { UnsupportedRule } from './rejected.ts'

/** Search identifiers of a rule with what each asks. */
export type Searches = ReadonlyMap<string, Expression>

/**
 * Reads a condition: `selection and not 1 of filter_*`. Binding, from weak to strong: or, and, not, x of, brackets.
 * Sigma rules specification 2.0, "Condition".
 * @throws UnsupportedRule with the condition and what is wrong with it
 */
export function parseCondition(text: string, searches: Searches): Expression {
  const reader = new Reader(text, searches)
  const expression = reader.or()
  reader.end()
  return expression
}

const token = /\(|\)|\||[^\s()|]+/g

class Reader {
  readonly #text: string
  readonly #searches: Searches
  readonly #tokens: string[]
  #at = 0

  constructor(text: string, searches: Searches) {
    this.#text = text
    this.#searches = searches
    this.#tokens = text.match(token) ?? []
  }

  or(): Expression {
    return any(this.#list('or', () => this.#and()))
  }

  end(): void {
    const rest = this.#tokens[this.#at]
    if (rest === '|') {
      throw this.#wrong(
        'the part after | is the old form of a correlation, which Sigma 2 has taken out; write a correlation rule',
      )
    }
    if (rest !== undefined) throw this.#wrong(`"${rest}" is not expected here`)
  }

  #and(): Expression {
    return all(this.#list('and', () => this.#not()))
  }

  #list(word: string, read: () => Expression): Expression[] {
    const found = [read()]
    while (this.#take(word)) found.push(read())
    return found
  }

  #not(): Expression {
    return this.#take('not') ? { not: this.#not() } : this.#single()
  }

  #single(): Expression {
    if (this.#take('(')) {
      const inner = this.or()
      if (!this.#take(')')) throw this.#wrong('a bracket is not closed')
      return inner
    }
    const word = this.#tokens[this.#at]
    if (word === undefined) throw this.#wrong('it ends too early')
    if (word === ')' || word === '|') throw this.#wrong(`"${word}" is not expected here`)
    this.#at++
    const quantity = /^(1|any|all)$/i.exec(word)?.[1]?.toLowerCase()
    if (quantity !== undefined && this.#take('of')) return this.#quantified(quantity)
    const search = this.#searches.get(word)
    if (search === undefined)
      throw this.#wrong(`there is no "${word}" among the searches ${[...this.#searches.keys()].join(', ')}`)
    return search
  }

  #quantified(quantity: string): Expression {
    const wanted = this.#tokens[this.#at++]
    if (wanted === undefined || /^[()|]$/.test(wanted)) throw this.#wrong('a name or "them" must follow "of"')
    const isThem = wanted.toLowerCase() === 'them'
    const fits = isThem ? /^[^_]/u : glob(wanted)
    const found = [...this.#searches].filter(([name]) => fits.test(name)).map(([, search]) => search)
    if (found.length === 0) throw this.#wrong(`no search fits "${wanted}"`)
    return quantity === 'all' ? all(found) : any(found)
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false
    this.#at++
    return true
  }

  #wrong(what: string): UnsupportedRule {
    return new UnsupportedRule(`condition "${this.#text}": ${what}`)
  }
}

function glob(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'su')
}
