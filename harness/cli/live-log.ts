import { counted, time } from '../../reports/format.ts'
import type { CampaignEvent } from '../campaign/events.ts'
import { type LiveProgress, oneLine, plain, plannedWords, sentinelWords, trialName } from './progress.ts'

/** A campaign as plain lines: each stage, each anomaly when it is first alerted on, and each tenth of the trials. */
export class LiveLog implements LiveProgress {
  readonly #log: (text: string) => void
  readonly #alerted = new Set<string>()
  #anomalies = 0
  #tenths = 0
  #status = ''

  constructor(log: (text: string) => void) {
    this.#log = log
  }

  readonly onEvent = (event: CampaignEvent): void => {
    switch (event.type) {
      case 'stage':
      case 'phase':
        this.status(event.text)
        break
      case 'planned':
        this.#anomalies = event.stimuli
        this.line(`playing ${plannedWords(event)}`)
        break
      case 'sentinel':
        this.line(`${event.name}: ${sentinelWords[event.outcome]}`)
        break
      case 'played':
        this.#played(event.done, event.of)
        break
      case 'alert':
        this.#alert(event)
        break
      case 'problem':
        this.line(`problem: ${event.text}`)
        break
      case 'judged':
      case 'ended':
        break
      default:
        event satisfies never
    }
  }

  readonly line = (text: string): void => this.#log(`${plain(text)}\n`)

  /** The same stage again is not news. */
  readonly status = (text: string): void => {
    if (text !== this.#status) this.line(text)
    this.#status = text
  }

  readonly end = (): void => {}

  #played(done: number, of: number): void {
    const tenths = Math.floor((done * 10) / of)
    if (tenths === this.#tenths) return
    this.#tenths = tenths
    this.line(
      `played ${done} of ${counted(of, 'trial')}, ${this.#alerted.size} of ${this.#anomalies} anomalies alerted on`,
    )
  }

  #alert({ trial, observation, latencyMs }: Extract<CampaignEvent, { type: 'alert' }>): void {
    if (this.#alerted.has(trial.id)) return
    this.#alerted.add(trial.id)
    // The sensor may be faster than the witness, and without its time there is none to tell.
    const after = (latencyMs === null ? '?' : time(latencyMs)).padStart(8)
    const { id, name } = observation.rule ?? { id: '', name: observation.event }
    this.line(`alert after ${after}  ${trialName(trial)}  ${id} ${oneLine(name)}`)
  }
}
