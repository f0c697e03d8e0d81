/** Stands for any run of characters, `*`. */
export const many = Symbol('*')
/** Stands for exactly one character, `?`. */
export const one = Symbol('?')

/** A text with wildcards. Neighbouring texts are joined, and no text is empty. */
export type Pattern = readonly PatternPart[]
export type PatternPart = string | typeof many | typeof one

/**
 * Reads a value with the wildcards `*` and `?`. A backslash before a wildcard takes its meaning away, one before another
 * backslash stands for one backslash, and any other is itself. Sigma rules specification 2.0, "Escape Character".
 */
export function parsePattern(text: string): Pattern {
  const parts: PatternPart[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') parts.push(literal)
    literal = ''
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    const next = text[at + 1]
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next
      at++
    } else if (character === '*' || character === '?') {
      flush()
      const wildcard = character === '*' ? many : one
      if (wildcard !== many || parts.at(-1) !== many) parts.push(wildcard)
    } else {
      literal += character
    }
  }
  flush()
  return parts
}

/** The pattern with `before` in front and `after` behind; wildcards that are there already are not doubled. */
export function surround(pattern: Pattern, before: boolean, after: boolean): Pattern {
  const parts: PatternPart[] = before && pattern[0] !== many ? [many, ...pattern] : [...pattern]
  if (after && parts.at(-1) !== many) parts.push(many)
  return parts
}

/** What a pattern comes down to: the forms with one literal can be looked for together. */
export type PatternForm =
  | { kind: 'equals' | 'startswith' | 'endswith' | 'contains'; literal: string }
  | { kind: 'glob'; literal: string }
  | { kind: 'anything' }

/** `literal` of a glob is the longest text that must be in every match; empty if there is none. */
export function formOf(pattern: Pattern): PatternForm {
  const texts = pattern.filter((part) => typeof part === 'string')
  if (pattern.length === 0) return { kind: 'equals', literal: '' }
  if (pattern.length === 1 && pattern[0] === many) return { kind: 'anything' }
  const isOpen = pattern[0] === many
  const isEndless = pattern.at(-1) === many
  const literal = texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '')
  if (texts.length !== 1 || pattern.length !== 1 + Number(isOpen) + Number(isEndless)) return { kind: 'glob', literal }
  if (isOpen) return { kind: isEndless ? 'contains' : 'endswith', literal }
  return { kind: isEndless ? 'startswith' : 'equals', literal }
}

/** The whole value must fit. Lines do not matter. */
export function globExpression(pattern: Pattern, cased: boolean): RegExp {
  const source = pattern.map((part) => (part === many ? '.*' : part === one ? '.' : escapeExpression(part as string)))
  return new RegExp(`^${source.join('')}$`, cased ? 'su' : 'siu')
}

export function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
