import type { RecordedObservation } from '../evidence/record.ts'
import { textLines } from '../evidence/lines.ts'
import { isProcessLayer, type Observation } from '../monitors/observation.ts'
import type { Phase } from '../plan/trial.ts'
import type { Strength } from '../verdict/verdict.ts'
import { iso } from './baseline-record.ts'
import type { Spool } from './spool.ts'

/** An observation with the trial it belongs to, if any. */
export interface Heard {
  observation: Observation
  trialId: string | null
  /** Set where it belongs to what was played around the trial. */
  phase: Phase | null
  strength: Strength | null
}

/**
 * All that the monitors said, in its order. What tells of packets is decided when it is heard and goes to the disk. What tells of
 * a process stays in memory: whose it is may turn out later, and records of connections are held against it.
 */
export class HeardLog {
  /** What tells of a process. */
  readonly ofProcesses: Heard[] = []
  readonly #spool: Spool
  /** What is in memory, and how many lines of the spool come next. */
  readonly #order: (Heard | number)[] = []

  constructor(spool: Spool) {
    this.#spool = spool
  }

  add(heard: Heard): void {
    const { process, layer } = heard.observation
    if (process !== undefined || isProcessLayer(layer)) {
      this.ofProcesses.push(heard)
      this.#order.push(heard)
      return
    }
    this.#spool.add(Buffer.from(`${JSON.stringify(recordObservation(heard))}\n`))
    const last = this.#order.at(-1)
    if (typeof last === 'number') this.#order[this.#order.length - 1] = last + 1
    else this.#order.push(1)
  }

  /** Everything as it stands in the record. */
  async *observations(): AsyncGenerator<RecordedObservation> {
    const lines = textLines(this.#spool.content())
    for (const next of this.#order) {
      if (typeof next !== 'number') yield recordObservation(next)
      else for (let count = 0; count < next; count++) yield JSON.parse((await lines.next()).value as string)
    }
  }
}

function recordObservation({ observation, trialId, phase, strength }: Heard): RecordedObservation {
  const { monitor, kind, layer, event, at, receivedAt, rule, raw } = observation
  return {
    monitor,
    kind,
    layer,
    event,
    at: iso(at),
    receivedAt: iso(receivedAt),
    rule: rule ?? null,
    trial: trialId,
    ...(phase === null ? {} : { phase }),
    matchedBy: strength,
    raw,
  }
}
