import { stripVTControlCharacters } from 'node:util'
import type { CampaignEvent } from '../campaign/events.ts'
import type { Terminal } from './context.ts'

/** Shows a campaign while it runs: on a terminal one line that changes below lines that stay, else plain lines. */
export class LiveProgress {
  readonly #write: (text: string) => void
  readonly #terminal: Terminal
  #shown = false
  #alerts = 0
  #stimuli = 0

  constructor(write: (text: string) => void, terminal: Terminal) {
    this.#write = write
    this.#terminal = terminal
  }

  readonly onEvent = (event: CampaignEvent): void => {
    switch (event.type) {
      case 'stage':
        return this.#terminal.isTerminal ? this.status(event.text) : this.line(event.text)
      case 'planned':
        this.#stimuli = event.stimuli
        return this.line(
          `playing ${event.stimuli} anomalies and ${event.controls} benign twins of ${event.scenarios} scenarios, seed ${event.seed}`,
        )
      case 'sentinel':
        return this.line(`${event.name}: ${sentinelWords[event.outcome]}`)
      case 'played':
        if (event.done === event.of) return this.line(`played ${event.of} trials`)
        return this.status(`played ${event.done} of ${event.of}, alerts for ${this.#alerts} of ${this.#stimuli} anomalies`)
      case 'alert': {
        this.#alerts += 1
        const { trial, observation, latencyMs } = event
        const after = latencyMs === null ? '' : ` after ${latencyMs.toFixed(1)} ms`
        const name = trial.case ? `${trial.scenario} (${trial.case})` : trial.scenario
        return this.line(`alert${after}  ${name}  ${observation.rule?.id ?? ''} ${observation.rule?.name ?? observation.event}`)
      }
      case 'problem':
        return this.line(`problem: ${event.text}`)
      case 'judged':
      case 'ended':
        return
      default:
        return event satisfies never
    }
  }

  /** A line that stays. */
  line(text: string): void {
    this.end()
    this.#write(`${stripVTControlCharacters(text)}\n`)
  }

  /** What is going on; a terminal shows it until the next one. */
  status(text: string): void {
    if (!this.#terminal.isTerminal) return
    const plain = stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ')
    this.#write(`\r\x1b[K${plain.slice(0, this.#terminal.columns - 1)}`)
    this.#shown = true
  }

  end(): void {
    if (this.#shown) this.#write('\r\x1b[K')
    this.#shown = false
  }
}

const sentinelWords = {
  alerted: 'the stack is listening',
  logged: 'the stack sees it but raises no alert',
  silent: 'the stack did not notice it',
}
