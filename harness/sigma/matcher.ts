import { type Expression, type Predicate, predicatesOf } from './expression.ts'
import { everyValue, type FieldReader, fieldReader, type FieldSource } from './field-access.ts'
import { LiteralIndex } from './literal-index.ts'
import type { Scalar } from './modifiers.ts'
import { formOf } from './pattern.ts'
import { type Test, testOf } from './predicate-test.ts'
import { triggersOf } from './triggers.ts'

/** Where the field of a rule is found in an event; undefined takes it by its own name. */
export type FieldLookup = (field: string) => FieldSource | undefined

/** Asks many expressions of one event at once. */
export interface Matcher {
  /** Calls `found` with the place of every expression that the event fits, in their order. */
  match: (event: unknown, found: (expression: number) => void) => void
}

type Node = { op: 'is'; predicate: number } | { op: 'not'; node: Node } | { op: 'all' | 'any'; nodes: readonly Node[] }

/** How a literal that was found decides a predicate; `maybe` leaves it to the predicate's own test. */
type Placement = 'contains' | 'startswith' | 'endswith' | 'equals' | 'maybe'

interface Asked {
  field: number
  /** The field that a reference compares with. */
  other: number | null
  test: Test
  /** The literal without which it cannot be true; null where there is none. */
  literal: string | null
}

interface FieldState {
  read: FieldReader
  index: LiteralIndex | null
  /** By literal, the predicates that it bears on. */
  uses: { predicate: number; placement: Placement }[][]
  values: readonly Scalar[] | undefined
  /** Event for which `values` were read, and for which the literals were looked for. */
  readAt: number
  scannedAt: number
}

const unknown = 0
const yes = 1
const no = 2
const maybe = 3

/**
 * Compiles expressions into one matcher. Equal questions are asked once; the texts that rules look for are found in one
 * pass over each field; and a rule is looked at only when something that it cannot do without was found.
 */
export function compileMatcher(expressions: readonly Expression[], lookup: FieldLookup = () => undefined): Matcher {
  const fields: FieldState[] = []
  const fieldNumbers = new Map<string | null, number>()
  const fieldOf = (name: string | null): number => {
    const known = fieldNumbers.get(name)
    if (known !== undefined) return known
    const read = name === null ? everyValue : fieldReader(lookup(name) ?? { paths: [name] })
    fieldNumbers.set(name, fields.length)
    return fields.push({ read, index: null, uses: [], values: undefined, readAt: 0, scannedAt: 0 }) - 1
  }

  const asked: Asked[] = []
  const numbers = new Map<string, number>()
  const literals: Map<string, number>[] = []
  const numberOf = (predicate: Predicate): number => {
    const key = keyOf(predicate)
    const known = numbers.get(key)
    if (known !== undefined) return known
    const field = fieldOf(predicate.field)
    const other = predicate.kind === 'reference' ? fieldOf(predicate.other) : null
    const wanted = literalOf(predicate)
    const number = asked.push({ field, other, test: testOf(predicate), literal: wanted?.literal ?? null }) - 1
    numbers.set(key, number)
    if (wanted !== null) {
      const own = literals[field] ?? new Map<string, number>()
      literals[field] = own
      const literal = own.get(wanted.literal) ?? own.size
      own.set(wanted.literal, literal)
      const { uses } = fields[field] as FieldState
      const users = uses[literal] ?? []
      uses[literal] = users
      users.push({ predicate: number, placement: wanted.placement })
    }
    return number
  }
  const nodeOf = (expression: Expression): Node => {
    if ('predicate' in expression) return { op: 'is', predicate: numberOf(expression.predicate) }
    if ('not' in expression) return { op: 'not', node: nodeOf(expression.not) }
    return 'all' in expression
      ? { op: 'all', nodes: expression.all.map(nodeOf) }
      : { op: 'any', nodes: expression.any.map(nodeOf) }
  }

  const nodes = expressions.map(nodeOf)
  for (const [number, field] of fields.entries()) {
    const own = literals[number]
    if (own !== undefined) field.index = new LiteralIndex([...own.keys()])
  }
  /** Expressions that must be looked at for every event. */
  const always: number[] = []
  const triggered: number[][] = asked.map(() => [])
  const scanned = new Set<number>()
  for (const [place, expression] of expressions.entries()) {
    const triggers = triggersOf(expression, (predicate) => asked[numberOf(predicate)]?.literal ?? null)
    if (triggers === null) always.push(place)
    for (const trigger of triggers ?? []) {
      const number = numberOf(trigger)
      triggered[number]?.push(place)
      scanned.add((asked[number] as Asked).field)
    }
  }

  const states = new Uint8Array(asked.length)
  const stateAt = new Uint32Array(asked.length)
  const calledAt = new Uint32Array(expressions.length)
  const eager = [...scanned]
  let now = 0
  let event: unknown
  let called: number[] = []

  const valuesOf = (field: FieldState): readonly Scalar[] | undefined => {
    if (field.readAt !== now) {
      field.values = field.read(event)
      field.readAt = now
    }
    return field.values
  }
  const mark = (predicate: number, state: number): void => {
    if (stateAt[predicate] === now && states[predicate] === yes) return
    if (stateAt[predicate] !== now) {
      for (const place of triggered[predicate] as number[]) {
        if (calledAt[place] === now) continue
        calledAt[place] = now
        called.push(place)
      }
    }
    states[predicate] = state
    stateAt[predicate] = now
  }
  const scan = (field: FieldState): void => {
    if (field.scannedAt === now || field.index === null) return
    field.scannedAt = now
    for (const value of valuesOf(field) ?? []) {
      if (value === null) continue
      const text = String(value).toLowerCase()
      field.index.scan(text, (literal, end, length) => {
        const isStart = end === length
        const isEnd = end === text.length
        for (const { predicate, placement } of field.uses[literal] ?? []) {
          if (placement === 'maybe') mark(predicate, maybe)
          else if (placement === 'contains') mark(predicate, yes)
          else if ((isStart || placement === 'endswith') && (isEnd || placement === 'startswith')) mark(predicate, yes)
        }
      })
    }
  }
  const holds = (predicate: number): boolean => {
    const { field, other, test, literal } = asked[predicate] as Asked
    const state = fields[field] as FieldState
    if (literal !== null) {
      scan(state)
      if (stateAt[predicate] !== now) return false
    }
    const known = stateAt[predicate] === now ? states[predicate] : unknown
    if (known === yes || known === no) return known === yes
    const result = test(valuesOf(state), other === null ? undefined : valuesOf(fields[other] as FieldState))
    states[predicate] = result ? yes : no
    stateAt[predicate] = now
    return result
  }
  const fits = (node: Node): boolean => {
    if (node.op === 'is') return holds(node.predicate)
    if (node.op === 'not') return !fits(node.node)
    const wanted = node.op === 'any'
    for (const inner of node.nodes) if (fits(inner) === wanted) return wanted
    return !wanted
  }

  return {
    match: (given, found) => {
      now = now === 0xffff_ffff ? 1 : now + 1
      if (now === 1) forget()
      event = given
      called = []
      for (const field of eager) scan(fields[field] as FieldState)
      // Looking at one expression may scan a further field, which calls expressions that cannot fit: theirs was scanned before.
      const places = always.length === 0 ? called : [...called, ...always]
      called = []
      for (const place of places.sort((one, other) => one - other)) if (fits(nodes[place] as Node)) found(place)
      event = undefined
    },
  }

  /** The counter of events went round: marks of long ago would look like new ones. */
  function forget(): void {
    stateAt.fill(0)
    calledAt.fill(0)
    for (const field of fields) {
      field.readAt = 0
      field.scannedAt = 0
    }
  }
}

/** The predicates that an expression asks, for those who want to know which fields it needs. */
export function fieldsOf(expression: Expression): (string | null)[] {
  const named = predicatesOf(expression).flatMap((each) =>
    each.kind === 'reference' ? [each.field, each.other] : [each.field],
  )
  return [...new Set(named)]
}

function literalOf(predicate: Predicate): { literal: string; placement: Placement } | null {
  if (predicate.kind !== 'text') return null
  const form = formOf(predicate.pattern)
  if (form.kind === 'anything' || form.literal === '') return null
  const placement = form.kind === 'glob' || predicate.cased ? 'maybe' : form.kind
  return { literal: form.literal.toLowerCase(), placement }
}

function keyOf(predicate: Predicate): string {
  if (predicate.kind !== 'text') return JSON.stringify(predicate)
  const parts = predicate.pattern.map((part) => (typeof part === 'string' ? part : [part.description]))
  return JSON.stringify([predicate.field, predicate.cased, parts])
}
