import type { Performance } from '../../generators/process/performance.ts'
import type { Identity } from '../../generators/identity.ts'
import type { Stage } from '../sandbox/stage.ts'
import { perform } from '../stimulus/perform.ts'
import type { ProcessProof } from '../witness/process-proof.ts'
import type { Entry } from './ledger.ts'
import type { Listening } from './listening.ts'

/** Performances on the stage at the same time: two processors have enough to do with these. */
const performancesAtOnce = 6
/** The users of performances, as the image of the stage has them; no system gives these numbers to anybody. */
const users = { first: 200_001, count: 5000 }

/** The stage of a campaign, which plays some performances at a time, each as a user of its own. */
export class Performers {
  readonly stage: Stage
  readonly #listening: Listening
  #played = 0
  #playing = 0
  readonly #queue: (() => void)[] = []

  constructor(stage: Stage, listening: Listening) {
    this.stage = stage
    this.#listening = listening
    void stage.failed.then((error) => listening.problem(`${error.message}; what else was to run there is inconclusive`))
  }

  /** @throws SandboxError as `perform` does */
  async play(trialId: string, identity: Identity, performance: Performance): Promise<ProcessProof> {
    if (this.#playing >= performancesAtOnce) await new Promise<void>((resolve) => this.#queue.push(resolve))
    this.#playing += 1
    this.#listening.begin(trialId)
    try {
      return await perform(performance, {
        stage: this.stage,
        identity,
        uid: users.first + (this.#played++ % users.count),
        onSeen: (seen) =>
          this.#listening.claim(
            trialId,
            this.stage.container.id,
            seen.map(({ pid }) => pid),
          ),
        signal: this.#listening.signal,
      })
    } finally {
      this.#playing -= 1
      this.#queue.shift()?.()
    }
  }
}

/** Plays a process trial and enters its proof, or why there is none. */
export async function performOne(performers: Performers | null, entry: Entry): Promise<void> {
  const { trial, performance } = entry
  if (performance === null) return
  if (performers === null) {
    entry.failure = 'not played: nobody watches processes'
    return
  }
  try {
    const proof = await performers.play(trial.id, trial.identity, performance)
    entry.process = proof
    entry.playedUntil = proof.endedAt
  } catch (error) {
    entry.failure = `not played as planned: ${(error as Error).message}`
  }
}

/** A process that every stack with our rules alerts on; it waits for the witness and does nothing. */
export function sentinelPerformance({ marker }: Identity): Performance {
  const folder = `/stage/sentinel-${marker}`
  return {
    folder,
    files: [],
    run: {
      program: '/usr/bin/dash',
      argv: ['sh', '-c', `read -r line; : tocsin sentinel ${marker}`],
      environment: { PATH: '/usr/bin', TOCSIN_MARKER: marker },
      directory: '/',
      stdin: 'held',
      input: '\n',
      capabilities: [],
      removeAfterStart: [],
    },
    listener: null,
    leftovers: [],
    limitMs: 15_000,
  }
}
