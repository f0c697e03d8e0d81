import { closest, distance } from 'fastest-levenshtein'

/**
 * The end of a message about an unknown word: `; did you mean "within"?` when one of the known words is near,
 * else `; known: a, b, c` when there are few enough to read, else nothing.
 */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== null) return `; did you mean "${near}"?`
  if (known.length === 0 || known.length > 12) return ''
  return `; known: ${known.toSorted().join(', ')}`
}

/** The known word that differs least, or null when none is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (known.length === 0 || word.length > 200) return null
  const letters = (text: string): string => Array.from(text.toLowerCase()).sort().join('')
  // Two letters in the wrong order are likelier than any other slip of the same distance.
  const candidate = known.find((each) => letters(each) === letters(word)) ?? closest(word, known)
  const allowed = Math.max(2, Math.floor(Math.max(word.length, candidate.length) / 3))
  const apart = distance(word.toLowerCase(), candidate.toLowerCase())
  return apart <= allowed && apart < candidate.length ? candidate : null
}
