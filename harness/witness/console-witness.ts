import { setTimeout as sleep } from 'node:timers/promises'
import type { ConsoleSettings } from '../plan/console.ts'
import { ConsolePage } from './console-page.ts'
import type { Secrets } from './console-secrets.ts'
import type { Sighting } from './sighting.ts'

/** Between two looks for the same trial, milliseconds. */
const pauseMs = 500
/** What is left to look for when the campaign has ended gets this much longer than it is owed, milliseconds. */
const graceMs = 30_000

/** A trial to look for. */
export interface Sought {
  id: string
  /** What the placeholders stand for. */
  values: ReadonlyMap<string, string>
}

interface Pending extends Sought {
  deadline: number
  triedAt: number
  /** Why the last look failed; null when it did not. */
  failure: string | null
  picture: Uint8Array | null
}

export interface ConsoleOptions {
  settings: ConsoleSettings
  secrets: Secrets
  /** Path of a Chromium executable, null where there is none. */
  findBrowser: () => Promise<string | null>
  /** Milliseconds since the epoch. */
  clock: () => number
}

/**
 * Looks on a console of the stack for trials that were played, one after the other, while others are played. Whatever
 * breaks makes a sighting inconclusive and nothing else: it throws nothing.
 */
export class ConsoleWitness implements AsyncDisposable {
  readonly settings: ConsoleSettings
  readonly sightings = new Map<string, Sighting>()
  /** Trials that were not looked for, because there were too many. */
  skipped = 0
  readonly #options: ConsoleOptions
  readonly #pending = new Map<string, Pending>()
  readonly #stop = new AbortController()
  readonly #opening: Promise<ConsolePage>
  #working: Promise<void> | null = null
  #sought = 0

  constructor(options: ConsoleOptions) {
    this.settings = options.settings
    this.#options = options
    this.#opening = options.findBrowser().then((path) => ConsolePage.open(options.settings, options.secrets, path))
    // It is told by every sighting.
    this.#opening.catch(() => undefined)
  }

  /** Looks for a trial that has just been played, until it is shown or its time is over. */
  look(sought: Sought): void {
    if (this.#sought >= this.settings.atMost) {
      this.skipped += 1
      return
    }
    this.#sought += 1
    const deadline = this.#options.clock() + this.settings.within
    this.#pending.set(sought.id, { ...sought, deadline, triedAt: 0, failure: null, picture: null })
    this.#working ??= this.#work()
  }

  /** Returns when every trial is shown or its time is over, at the latest some time after the last, or when the signal fires. */
  async finish(signal: AbortSignal): Promise<void> {
    const last = Math.max(0, ...[...this.#pending.values()].map(({ deadline }) => deadline))
    const ended = AbortSignal.any([signal, this.#stop.signal])
    const limit = sleep(Math.max(0, last - this.#options.clock()) + graceMs, undefined, { signal: ended })
    await Promise.race([this.#working, limit.catch(() => undefined)])
    this.#stop.abort()
    for (const { id, triedAt, failure, picture } of this.#pending.values())
      this.sightings.set(id, {
        outcome: 'inconclusive',
        reason: failure ?? 'It was not looked for to the end: the campaign was over.',
        at: triedAt === 0 ? null : triedAt,
        picture,
      })
    this.#pending.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    const page = await this.#opening.catch(() => null)
    await page?.[Symbol.asyncDispose]().catch(() => undefined)
  }

  async #work(): Promise<void> {
    let page: ConsolePage
    try {
      page = await this.#opening
    } catch (error) {
      const reason = `The console could not be opened: ${(error as Error).message}`
      for (const { id } of this.#pending.values())
        this.#settle(id, { outcome: 'inconclusive', reason, at: null, picture: null })
      this.#working = null
      return
    }
    for (let next = this.#next(); next && !this.#stop.signal.aborted; next = this.#next()) {
      const wait = next.triedAt + pauseMs - this.#options.clock()
      if (wait > 0) await sleep(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      if (!this.#stop.signal.aborted) await this.#try(page, next)
    }
    this.#working = null
  }

  /** The one that has not been looked for the longest. */
  #next(): Pending | undefined {
    return [...this.#pending.values()].sort((a, b) => a.triedAt - b.triedAt)[0]
  }

  async #try(page: ConsolePage, pending: Pending): Promise<void> {
    const { id, values, deadline } = pending
    const at = this.#options.clock()
    pending.triedAt = at
    try {
      const { isShown, picture } = await page.look(values)
      pending.failure = null
      pending.picture = picture
      const unpictured = picture === null ? ' No picture was kept, because the page shows a secret.' : ''
      if (isShown) this.#settle(id, { outcome: 'shown', reason: `The page showed it.${unpictured}`, at, picture })
      else if (at >= deadline)
        this.#settle(id, {
          outcome: 'not-shown',
          reason: `The page did not show it within ${this.settings.within / 1000} s.${unpictured}`,
          at,
          picture,
        })
    } catch (error) {
      pending.failure = `The console could not be looked at: ${(error as Error).message}`
      if (at >= deadline) this.#settle(id, { outcome: 'inconclusive', reason: pending.failure, at, picture: null })
    }
  }

  #settle(id: string, sighting: Sighting): void {
    if (this.#stop.signal.aborted) return
    this.#pending.delete(id)
    this.sightings.set(id, sighting)
  }
}
