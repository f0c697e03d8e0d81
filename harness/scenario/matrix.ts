import { suggestion } from './nearest.ts'
import { keyAt, valueAt, written, type Path } from './positions.ts'
import type { Problem } from './problem.ts'
import type { Expectation, MatrixValue } from './schema.ts'
import type { YamlNode } from './yaml.ts'

type Matrix = Readonly<Record<string, readonly MatrixValue[]>>

/** A combination of matrix values. */
export interface Cell {
  /** `port=22,flag=x`; empty for the one cell of an empty matrix. */
  label: string
  values: Record<string, MatrixValue>
}

/** The most cases that one scenario may have. */
export const maximumCases = 1000

const placeholder = /\$\{matrix\.([^}]*)\}/g
const onlyPlaceholder = /^\$\{matrix\.([^}]*)\}$/

/** How many cases a matrix makes, without making them. */
export function countCells(matrix: Matrix): number {
  return Object.values(matrix).reduce((count, values) => count * values.length, 1)
}

/** Every combination; the last name varies fastest. An empty matrix has one cell. */
export function cells(matrix: Matrix): Cell[] {
  const combinations = Object.entries(matrix).reduce<[string, MatrixValue][][]>(
    (made, [name, values]) =>
      made.flatMap((each) => values.map((value) => [...each, [name, value] as const satisfies [string, MatrixValue]])),
    [[]],
  )
  return combinations.map((pairs) => ({
    label: pairs.map(([name, value]) => `${name}=${value}`).join(','),
    values: Object.fromEntries(pairs),
  }))
}

/**
 * Fills the matrix's values into every text of a plain value. A text that is exactly one placeholder takes the value
 * with its type; inside a longer text the value is written out. Keys are left alone.
 */
export function substitute(value: unknown, values: Cell['values']): unknown {
  if (typeof value === 'string') {
    const name = onlyPlaceholder.exec(value)?.[1]
    if (name !== undefined && Object.hasOwn(values, name)) return values[name]
    return value.replace(placeholder, (whole, each: string) =>
      Object.hasOwn(values, each) ? String(values[each]) : whole,
    )
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, values))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, values)]))
}

/** An expectation with the matrix's values in its rules and fields. */
export function substituteExpectation(expect: Expectation, values: Cell['values']): Expectation {
  return {
    ...expect,
    alert: expect.alert.map((alert) => ({
      ...alert,
      rules: Object.fromEntries(
        Object.entries(alert.rules).map(([product, rules]) => [
          product,
          rules.map((rule) => String(substitute(rule, values))),
        ]),
      ),
      fields: substitute(alert.fields, values) as Record<string, unknown>,
    })),
  }
}

/** What is wrong with a scenario's matrix and with the placeholders that use it. */
export function matrixProblems(matrix: Matrix, document: unknown, root: YamlNode): Problem[] {
  const names = Object.keys(matrix)
  const used = new Set<string>()
  const problems: Problem[] = []
  for (const { path, name, key } of placeholders(document, [])) {
    const at = key ? keyAt(root, path) : valueAt(root, path)
    if (key) problems.push({ at, message: `\${matrix.${name}} cannot stand in a key` })
    else if (!allowed(path))
      problems.push({ at, message: `\${matrix.${name}} cannot stand here; use it in with, rules and fields` })
    else if (!names.includes(name))
      problems.push({ at, message: `unknown matrix name "${name}"${suggestion(name, names)}` })
    used.add(name)
  }
  for (const name of names.filter((each) => !used.has(each))) {
    const message = `matrix name "${name}" is not used; write \${matrix.${name}} where its value belongs, or remove it`
    problems.push({ at: keyAt(root, ['matrix', name]), message })
  }
  for (const [name, values] of Object.entries(matrix)) {
    const texts = values.map(String)
    for (const [index, text] of texts.entries()) {
      if (texts.indexOf(text) === index) continue
      const path = ['matrix', name, index]
      problems.push({ at: valueAt(root, path), message: `${written(path)}: ${text} stands twice` })
    }
  }
  const count = countCells(matrix)
  if (count > maximumCases) {
    const message = `matrix: ${count} cases, the limit is ${maximumCases}; split the scenario`
    problems.push({ at: keyAt(root, ['matrix']), message })
  }
  return problems
}

/** Where a placeholder may stand: what is played, and the rules and fields that are expected of it. */
function allowed(path: Path): boolean {
  const [first, second, third, fourth] = path
  if (first === 'baseline') return third === 'with' || third === 'teaches'
  if (first === 'stimulus' || first === 'control') return second === 'with'
  return first === 'expect' && second === 'alert' && (fourth === 'rules' || fourth === 'fields')
}

function placeholders(value: unknown, path: Path): { path: Path; name: string; key: boolean }[] {
  if (typeof value === 'string') return namesIn(value).map((name) => ({ path, name, key: false }))
  if (Array.isArray(value)) return value.flatMap((item, index) => placeholders(item, [...path, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const inside = [...path, key]
    return [...namesIn(key).map((name) => ({ path: inside, name, key: true })), ...placeholders(item, inside)]
  })
}

function namesIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map((match) => match[1] ?? '')
}
