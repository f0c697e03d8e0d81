import { time } from '../../reports/format.ts'
import type { CampaignEvent } from '../campaign/events.ts'
import type { Trial } from '../plan/trial.ts'
import type { Context } from './context.ts'
import {
  type ClauseShare,
  type LiveProgress,
  oneLine,
  plain,
  plannedWords,
  sentinelWords,
  trialName,
} from './progress.ts'

interface Row extends ClauseShare {
  played: number
  alerted: number
}

/** Between two pictures, milliseconds: calm to look at, and nothing beside a campaign. */
const frameMs = 100
/** In a campaign with no more anomalies than this, each gets a line of its own when it is first alerted on. */
const fewAnomalies = 20
const barLength = 20

/** A campaign on a terminal: a bar for each clause, what is going on, and the newest alert, all in place. */
export class LiveBoard implements LiveProgress {
  readonly #context: Pick<Context, 'log' | 'show'>
  readonly #rows: readonly Row[]
  readonly #alerted = new Set<string>()
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  #isPlaying = false
  #few = false
  #stage = ''
  #detail = ''
  #latest = ''

  constructor(context: Pick<Context, 'log' | 'show'>, clauses: readonly ClauseShare[]) {
    this.#context = context
    this.#rows = clauses.map((clause) => ({ ...clause, played: 0, alerted: 0 }))
    this.#timer = setInterval(() => this.#draw(), frameMs).unref()
  }

  readonly onEvent = (event: CampaignEvent): void => {
    switch (event.type) {
      case 'stage':
      case 'phase':
        this.status(event.text)
        break
      case 'planned':
        this.#isPlaying = true
        this.#few = event.stimuli <= fewAnomalies
        this.line(`Playing ${plannedWords(event)}.`)
        this.status('playing')
        break
      case 'sentinel':
        if (event.outcome !== 'alerted') this.line(`${event.name}: ${sentinelWords[event.outcome]}`)
        break
      case 'played':
        this.#played(event.trial)
        break
      case 'alert':
        this.#alert(event)
        break
      case 'problem':
        this.line(`Problem: ${event.text}`)
        break
      case 'judged':
      case 'ended':
        break
      default:
        event satisfies never
    }
  }

  readonly line = (text: string): void => this.#context.log(`${plain(text)}\n`)

  // At once: what follows may keep the process busy past the next picture.
  readonly status = (text: string, detail = ''): void => {
    this.#stage = text
    this.#detail = detail
    this.#draw()
  }

  readonly end = (): void => {
    clearInterval(this.#timer)
    this.#context.show([])
  }

  #played(trial: Trial): void {
    const row = this.#rowOf(trial)
    if (row) row.played += 1
  }

  #alert({ trial, observation, latencyMs }: Extract<CampaignEvent, { type: 'alert' }>): void {
    if (this.#alerted.has(trial.id)) return
    this.#alerted.add(trial.id)
    const row = this.#rowOf(trial)
    if (row) row.alerted += 1
    const { id, name } = observation.rule ?? { id: '', name: observation.event }
    const after = latencyMs === null ? '' : ` after ${time(latencyMs)}`
    this.#latest = `${trialName(trial)}: ${id} ${name}${after}`
    const column = (latencyMs === null ? '?' : time(latencyMs)).padStart(8)
    if (this.#few) this.line(`  alert ${column}  ${trialName(trial)}  ${id} ${oneLine(name)}`)
  }

  #rowOf({ scenario }: Trial): Row | undefined {
    return this.#rows.find(({ scenarios }) => scenarios.has(scenario))
  }

  #draw(): void {
    this.#context.show(this.#lines())
  }

  #lines(): string[] {
    if (this.#stage === '') return []
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(0)
    const now = `  ${this.#stage}, ${seconds} s`
    if (!this.#isPlaying) return this.#detail === '' ? [now] : [now, `  ${this.#detail}`]
    const width = Math.max(...this.#rows.map(({ name }) => name.length))
    const bars = this.#rows.map(({ name, played, trials, alerted, anomalies }) => {
      const filled = Math.floor((played / trials) * barLength)
      const bar = `${'#'.repeat(filled)}${'.'.repeat(barLength - filled)}`
      return `  ${name.padEnd(width)}  ${bar}  ${played}/${trials} played, ${alerted}/${anomalies} alerted on`
    })
    return ['', ...bars, now, ...(this.#few || this.#latest === '' ? [] : [`  ${this.#latest}`])]
  }
}
