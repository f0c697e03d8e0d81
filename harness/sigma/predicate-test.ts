import ipaddr from 'ipaddr.js'
import type { DatePart, Predicate } from './expression.ts'
import type { Scalar } from './modifiers.ts'
import { formOf, globExpression, type Pattern } from './pattern.ts'

/** What a predicate is asked about: the values of its field, undefined where the event has no such field. */
export type Test = (values: readonly Scalar[] | undefined, other: readonly Scalar[] | undefined) => boolean

/** A predicate as a function. `other` are the values of the field that a reference names. */
export function testOf(predicate: Predicate): Test {
  switch (predicate.kind) {
    case 'text': {
      const fits = textTest(predicate.pattern, predicate.cased)
      return some((value) => fits(String(value)))
    }
    case 'compare': {
      const { operator, value: limit } = predicate
      return some((value) => {
        const number = numberOf(value)
        if (operator === 'lt') return number < limit
        if (operator === 'lte') return number <= limit
        return operator === 'gt' ? number > limit : number >= limit
      })
    }
    case 'date':
      return some((value) => datePart(value, predicate.part) === predicate.value)
    case 'expression': {
      const expression = new RegExp(predicate.source, predicate.flags)
      return some((value) => expression.test(String(value)))
    }
    case 'cidr': {
      const isInside = networkTest(predicate.network)
      return some((value) => typeof value === 'string' && isInside(value))
    }
    case 'null':
      return (values) => values === undefined || values.includes(null)
    case 'exists':
      return (values) => (values !== undefined) === predicate.expected
    case 'reference': {
      const { mode, cased } = predicate
      const form = (value: Scalar) => (cased ? String(value) : String(value).toLowerCase())
      return (values = [], others = []) =>
        others.some(
          (other) =>
            other !== null && values.some((value) => value !== null && compare(form(value), form(other), mode)),
        )
    }
    default:
      return predicate satisfies never
  }
}

/** Whether a text fits a pattern, letter case ignored unless `cased`. */
export function textTest(pattern: Pattern, cased: boolean): (text: string) => boolean {
  const form = formOf(pattern)
  if (form.kind === 'anything') return () => true
  if (form.kind === 'glob') {
    const expression = globExpression(pattern, cased)
    return (text) => expression.test(text)
  }
  const { kind } = form
  const literal = cased ? form.literal : form.literal.toLowerCase()
  return (text) => compare(cased ? text : text.toLowerCase(), literal, kind)
}

function compare(text: string, wanted: string, mode: 'equals' | 'startswith' | 'endswith' | 'contains'): boolean {
  if (mode === 'equals') return text === wanted
  if (mode === 'startswith') return text.startsWith(wanted)
  return mode === 'endswith' ? text.endsWith(wanted) : text.includes(wanted)
}

function some(fits: (value: Exclude<Scalar, null>) => boolean): Test {
  return (values) => values?.some((value) => value !== null && fits(value)) ?? false
}

function numberOf(value: Scalar): number {
  return typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
}

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?/

/** A part of a date as it is written, without regard to time zones. Weeks are those of ISO 8601. */
function datePart(value: Scalar, part: DatePart): number {
  const [, year = '', month = '', day = '', hour = '', minute = ''] = iso.exec(String(value)) ?? []
  if (year === '') return Number.NaN
  if (part === 'week') return weekOf(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const text = { year, month, day, hour, minute }[part]
  return text === '' ? Number.NaN : Number(text)
}

const dayMs = 86_400_000

/** The week belongs to the year that its Thursday is in. */
function weekOf(time: number): number {
  const weekday = (new Date(time).getUTCDay() + 6) % 7
  const thursday = time + (3 - weekday) * dayMs
  const start = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday - start) / dayMs / 7)
}

function networkTest(network: string): (address: string) => boolean {
  const single = ipaddr.isValid(network) ? ipaddr.parse(network) : null
  const [base, length] = single ? [single, single.kind() === 'ipv4' ? 32 : 128] : ipaddr.parseCIDR(network)
  return (address) => {
    if (!ipaddr.isValid(address)) return false
    const parsed = ipaddr.parse(address)
    return parsed.kind() === base.kind() && parsed.match(base, length)
  }
}
