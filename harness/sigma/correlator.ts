import type { Scalar } from './modifiers.ts'
import type { SigmaCorrelation } from './correlation-rule.ts'
import type { RuleInfo } from './rule.ts'

/** Something that a correlation may count: a rule that matched, with the fields of the event under Sigma's names. */
export interface Occurrence {
  rule: RuleInfo
  /** Milliseconds since the epoch. */
  at: number
  get: (field: string) => Scalar | undefined
}

/** A correlation that came together. */
export interface Correlated {
  rule: SigmaCorrelation
  /** When the last event of it was. */
  at: number
  /** The fields that it groups by, with what they were. */
  group: Record<string, Scalar>
}

/** What one group of a correlation has gathered. Never more than the correlation needs to be decided. */
interface Group {
  fields: Record<string, Scalar>
  lastAt: number
  /** Start of the window, for correlations that have an upper bound and are decided when it ends. */
  openedAt: number
  /** Times of the latest events (event_count). */
  times: number[]
  /** Latest time by value (value_count) or by place of the rule (temporal). */
  latest: Map<Scalar, number>
  /** By place of the rule: the latest beginning of a sequence that has come that far (temporal_ordered). */
  begun: (number | undefined)[]
}

/** Groups of one correlation that are kept; beyond it the one that was quiet longest is dropped, and counted. */
export const mostGroups = 100_000

/**
 * Follows one correlation rule over a stream. Windows slide: any `timespan` will do. A correlation that came together
 * begins anew. One with an upper bound is decided when the window that its first event opened is over.
 */
export class Correlator {
  readonly rule: SigmaCorrelation
  /** Groups that were dropped for want of room: their correlations may have been missed. */
  dropped = 0
  readonly #groups = new Map<string, Group>()
  readonly #hasUpperBound: boolean
  #watermark = Number.NEGATIVE_INFINITY

  constructor(rule: SigmaCorrelation) {
    this.rule = rule
    this.#hasUpperBound = Number.isFinite(rule.bounds.most)
  }

  /** Whether it is about this rule. */
  concerns({ id, name }: RuleInfo): boolean {
    return this.rule.rules.some((wanted) => wanted === id || wanted === name)
  }

  see(occurrence: Occurrence): Correlated[] {
    this.#watermark = Math.max(this.#watermark, occurrence.at)
    const closed = this.#retire(this.#watermark - this.rule.timespan)
    const fields = this.#groupOf(occurrence)
    if (fields === null) return closed
    const key = JSON.stringify(Object.values(fields))
    const group = this.#groups.get(key) ?? newGroup(fields, occurrence.at)
    this.#groups.delete(key)
    group.lastAt = Math.max(group.lastAt, occurrence.at)
    const isComplete = this.#count(group, occurrence)
    if (isComplete && !this.#hasUpperBound) return [...closed, { rule: this.rule, at: occurrence.at, group: fields }]
    this.#groups.set(key, group)
    if (this.#groups.size > mostGroups) {
      this.#groups.delete(this.#groups.keys().next().value as string)
      this.dropped++
    }
    return closed
  }

  /** The stream is over: windows that are still open end now. */
  end(): Correlated[] {
    return this.#retire(Number.POSITIVE_INFINITY)
  }

  /** Takes out the groups that can come to nothing more; those with an upper bound are decided by it. */
  #retire(before: number): Correlated[] {
    const done: Correlated[] = []
    for (const [key, group] of this.#groups) {
      const over = this.#hasUpperBound ? group.openedAt < before : group.lastAt < before
      // Groups stand in the order of their last events; only for those is everything behind younger.
      if (!over && !this.#hasUpperBound) break
      if (!over) continue
      this.#groups.delete(key)
      if (!this.#hasUpperBound) continue
      const count = this.#size(group)
      const { least, most } = this.rule.bounds
      if (count >= least && count <= most) done.push({ rule: this.rule, at: group.lastAt, group: group.fields })
    }
    return done
  }

  #size(group: Group): number {
    return this.rule.type === 'event_count' ? group.times.length : group.latest.size
  }

  /** Null when the event lacks a field that the correlation groups by. */
  #groupOf({ rule, get }: Occurrence): Record<string, Scalar> | null {
    const fields: Record<string, Scalar> = {}
    for (const field of this.rule.groupBy) {
      const alias = this.rule.aliases[field]
      const value = get(alias?.[rule.name ?? ''] ?? alias?.[rule.id] ?? field)
      if (value === undefined) return null
      fields[field] = value
    }
    return fields
  }

  /** Takes an event in. @returns whether the lower bound is reached */
  #count(group: Group, { rule, at, get }: Occurrence): boolean {
    const { type, timespan, bounds, rules, field } = this.rule
    const oldest = at - timespan
    const places = rules.flatMap((wanted, place) => (wanted === rule.id || wanted === rule.name ? [place] : []))
    switch (type) {
      case 'event_count': {
        // With an upper bound one more than it allows is enough to know that it is broken.
        if (this.#hasUpperBound) {
          if (group.times.length <= bounds.most) group.times.push(at)
          return false
        }
        group.times = [...group.times.filter((time) => time >= oldest), at].slice(-bounds.least)
        return group.times.length >= bounds.least
      }
      case 'value_count': {
        const value = get(field as string)
        if (value === undefined) return false
        if (!this.#hasUpperBound) forget(group.latest, oldest)
        if (group.latest.size <= bounds.most) group.latest.set(value, at)
        return group.latest.size >= bounds.least
      }
      case 'temporal': {
        if (!this.#hasUpperBound) forget(group.latest, oldest)
        for (const place of places) group.latest.set(place, at)
        return group.latest.size >= bounds.least
      }
      case 'temporal_ordered': {
        for (const place of places.reverse()) {
          const start = place === 0 ? at : group.begun[place - 1]
          if (start !== undefined && start >= oldest) group.begun[place] = start
        }
        return group.begun[rules.length - 1] !== undefined
      }
      default:
        return type satisfies never
    }
  }
}

function newGroup(fields: Record<string, Scalar>, at: number): Group {
  return { fields, lastAt: at, openedAt: at, times: [], latest: new Map(), begun: [] }
}

function forget(latest: Map<Scalar, number>, before: number): void {
  for (const [value, time] of latest) if (time < before) latest.delete(value)
}
