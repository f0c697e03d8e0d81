import { Correlator, type Occurrence } from './correlator.ts'
import type { SigmaCorrelation } from './correlation-rule.ts'
import { fieldReader } from './field-access.ts'
import { FirstSeen } from './first-seen.ts'
import { compileMatcher, fieldsOf, type Matcher } from './matcher.ts'
import type { Scalar } from './modifiers.ts'
import { gives, logSourceText, type Pipeline, type PipelineSource } from './pipeline.ts'
import { splitters } from './record-splitters.ts'
import type { RejectedRule } from './rejected.ts'
import type { RuleInfo, SigmaRule } from './rule.ts'

/** A rule that an event fits, or a correlation that came together with it. */
export interface SigmaMatch {
  rule: RuleInfo
  /** Milliseconds since the epoch, of the event; of the last one, for a correlation. */
  at: number
  /** The event as it was given; the last one, for a correlation; null when a window ended without an event. */
  event: unknown
  /** For a correlation, the fields that it groups by. */
  group: Record<string, Scalar> | null
}

export interface SigmaOptions {
  rules: readonly SigmaRule[]
  correlations?: readonly SigmaCorrelation[]
  pipeline: Pipeline
}

interface CompiledSource {
  source: PipelineSource
  where: Matcher | null
  rules: SigmaRule[]
  matcher: Matcher
}

/** All rules, compiled once, against one stream of events. Its memory does not grow with the stream. */
export class SigmaEngine {
  /** Rules and correlations that take no part, and why. */
  readonly rejected: readonly RejectedRule[]
  /** Rules and correlations that take part. */
  readonly size: number
  readonly #sources: readonly CompiledSource[]
  readonly #correlators: readonly Correlator[]
  /** What rules have seen that tell only what is new. */
  readonly #seen: ReadonlyMap<SigmaRule, FirstSeen>
  /** Rules that only serve correlations. */
  readonly #silent: ReadonlySet<RuleInfo>

  constructor({ rules, correlations = [], pipeline }: SigmaOptions) {
    const rejected: RejectedRule[] = []
    const usable = rules.filter((rule) => {
      const reason = whyUnusable(rule, pipeline)
      if (reason !== null) rejected.push(rejection(rule, reason))
      return reason === null
    })
    const joined = usableCorrelations(correlations, usable, rejected)
    this.rejected = rejected
    this.size = usable.length + joined.length
    this.#correlators = joined.map((rule) => new Correlator(rule))
    const all: RuleInfo[] = [...usable, ...joined]
    const serving = joined.filter(({ generate }) => !generate).flatMap((each) => each.rules)
    this.#silent = new Set(all.filter(({ id, name }) => serving.some((wanted) => wanted === id || wanted === name)))
    this.#seen = new Map(usable.flatMap((rule) => (rule.firstSeen ? [[rule, new FirstSeen(rule.firstSeen)]] : [])))
    this.#sources = pipeline.sources.flatMap((source) => {
      const own = usable.filter(({ logsource }) => gives(source.logsource, logsource))
      if (own.length === 0) return []
      const matcher = compileMatcher(
        own.map(({ expression }) => expression),
        (field) => source.fields[field],
      )
      return [{ source, where: source.where && compileMatcher([source.where]), rules: own, matcher }]
    })
  }

  /** @param at milliseconds since the epoch, never much before the event before */
  evaluate(event: unknown, at: number): SigmaMatch[] {
    const matches: SigmaMatch[] = []
    for (const { source, where, rules, matcher } of this.#sources) {
      if (where !== null && !fits(where, event)) continue
      for (const part of source.split === null ? [event] : splitters[source.split](event)) {
        matcher.match(part, (place) => {
          const rule = rules[place] as SigmaRule
          const get = (field: string) => fieldReader(source.fields[field] ?? { paths: [field] })(part)?.[0]
          if (this.#seen.get(rule)?.isNew(get) === false) return
          if (!this.#silent.has(rule)) matches.push({ rule, at, event, group: null })
          if (this.#correlators.length > 0) this.#correlate({ rule, at, get }, event, matches)
        })
      }
    }
    return once(matches)
  }

  /** The stream is over: what correlations still had open is decided. */
  end(): SigmaMatch[] {
    const matches: SigmaMatch[] = []
    for (const correlator of this.#correlators) {
      for (const { rule, at, group } of correlator.end()) matches.push({ rule, at, event: null, group })
    }
    return matches
  }

  /**
   * Groups of correlations, and values that were seen, that were dropped for want of room: more than none means that some
   * matches may have been missed, or come twice.
   */
  get dropped(): number {
    return [...this.#correlators, ...this.#seen.values()].reduce((sum, { dropped }) => sum + dropped, 0)
  }

  #correlate(occurrence: Occurrence, event: unknown, matches: SigmaMatch[]): void {
    for (const correlator of this.#correlators) {
      if (!correlator.concerns(occurrence.rule)) continue
      for (const { rule, at, group } of correlator.see(occurrence)) {
        if (!this.#silent.has(rule)) matches.push({ rule, at, event, group })
        this.#correlate({ rule, at, get: (field) => group[field] }, event, matches)
      }
    }
  }
}

/** An event that several sources give, or several of its records, raises a rule once. */
function once(matches: SigmaMatch[]): SigmaMatch[] {
  const seen = new Set<RuleInfo>()
  return matches.filter(({ rule, group }) => {
    if (group !== null) return true
    const isNew = !seen.has(rule)
    seen.add(rule)
    return isNew
  })
}

function fits(matcher: Matcher, event: unknown): boolean {
  let result = false
  matcher.match(event, () => {
    result = true
  })
  return result
}

function whyUnusable({ logsource, expression, firstSeen }: SigmaRule, { name, sources }: Pipeline): string | null {
  const giving = sources.filter((source) => gives(source.logsource, logsource))
  if (giving.length === 0) return `the pipeline "${name}" has no events of ${logSourceText(logsource)}`
  const fields = [...fieldsOf(expression), ...(firstSeen ?? [])]
  const lacks = giving.map((source) =>
    fields.filter((field) => field !== null && source.unmapped === 'reject' && !Object.hasOwn(source.fields, field)),
  )
  if (lacks.some((lacking) => lacking.length === 0)) return null
  return `the pipeline "${name}" has no field ${lacks[0]?.join(', ')} for ${logSourceText(logsource)}`
}

/** Those whose rules are all there, also by way of other correlations, without going round in a circle. */
function usableCorrelations(
  correlations: readonly SigmaCorrelation[],
  rules: readonly SigmaRule[],
  rejected: RejectedRule[],
): SigmaCorrelation[] {
  const usable: SigmaCorrelation[] = []
  let waiting = [...correlations]
  const known = (wanted: string) => [...rules, ...usable].some(({ id, name }) => wanted === id || wanted === name)
  for (;;) {
    const ready = waiting.filter((each) => each.rules.every(known))
    if (ready.length === 0) break
    usable.push(...ready)
    waiting = waiting.filter((each) => !ready.includes(each))
  }
  for (const each of waiting) {
    const missing = each.rules.filter((wanted) => !known(wanted))
    rejected.push(
      rejection(each, `it needs ${missing.join(', ')}, which is not there, was rejected or leads back to it`),
    )
  }
  return usable
}

function rejection({ file, title, id }: RuleInfo, reason: string): RejectedRule {
  return { file, title, id, reason }
}
