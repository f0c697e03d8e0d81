import { z } from 'zod'
import type { Identity } from '../../generators/identity.ts'
import type { Performance } from '../../generators/process/performance.ts'
import { SandboxError } from '../errors.ts'
import type { Asked } from '../sandbox/json-agent.ts'
import { patiently } from '../sandbox/patience.ts'
import type { Stage } from '../sandbox/stage.ts'
import { type ProcessProof, type SeenProcess, seenProcessSchema, talkingProcess } from '../witness/process-proof.ts'

/** Where a performance is played, as whom, and who wants to know of its processes. */
export interface Performing {
  stage: Stage
  identity: Identity
  /** A user of the stage that nobody else has at the time. */
  uid: number
  /** Called as soon as the witness has seen processes, before they go on. */
  onSeen?: (processes: readonly SeenProcess[]) => void
  signal: AbortSignal
}

const peerMessage = z.object({ address: z.string(), port: z.number(), at: z.number() })
const startedMessage = z.object({ pid: z.number(), at: z.number() })
const endedMessage = z.object({
  at: z.number(),
  status: z.number().nullable(),
  signal: z.number().nullable(),
  output: z.string(),
})
const exchangedMessage = z.object({ received: z.string(), marker: z.boolean() })

const looksAtMost = 3
/** For the end of a performance and its clean-up, beyond the limit of the performance itself. */
const graceMs = 10_000

/**
 * Plays a performance: the listener waits, the program starts, and as soon as it has connected the witness looks at it;
 * only then is it answered. All that it leaves is removed, whatever happens.
 * @returns the proof that it happened as planned
 * @throws SandboxError saying what did not happen, the signal's reason
 */
export async function perform(performance: Performance, performing: Performing): Promise<ProcessProof> {
  const { stage, uid, signal } = performing
  const { listener, folder, files, run, leftovers, limitMs } = performance
  const late = () => new SandboxError(`it was not over within ${limitMs / 1000} s`)
  const isDialled = listener?.protocol === 'dial'
  const talk = listener === null || isDialled ? null : stage.listener.ask(listenRequest(performance, performing))
  if (talk)
    await patiently(talk.says('listening'), { ms: graceMs, signal, late: () => new SandboxError('nobody listens') })
  const playing = stage.stage.ask({ type: 'start', uid, folder, files, run, leftovers })
  try {
    return await patiently(follow(performance, performing, playing, talk), { ms: limitMs, signal, late })
  } finally {
    const finished = stage.stage.ask({ type: 'finish', of: playing.id }).says('finished')
    await patiently(finished, {
      ms: graceMs,
      signal: new AbortController().signal,
      late: () => new SandboxError('the stage could not be cleared'),
    })
  }
}

async function follow(
  performance: Performance,
  performing: Performing,
  playing: Asked,
  waiting: Asked | null,
): Promise<ProcessProof> {
  const { listener, run, limitMs } = performance
  const { stage, uid, identity, onSeen } = performing
  const started = startedMessage.parse(await playing.says('started'))
  const ending = playing.says('ended').then((message) => endedMessage.parse(message))
  ending.catch(() => undefined)
  let talk = waiting
  if (listener?.protocol === 'dial') {
    const at = { address: identity.client.ipv4, port: listener.port, seconds: limitMs / 1000 }
    await Promise.race([stage.stage.ask({ type: 'listens', ...at }).says('listens'), givenUp(ending)])
    talk = stage.listener.ask(listenRequest(performance, performing))
  }
  const peer = talk === null ? null : peerMessage.parse(await Promise.race([talk.says('peer'), givenUp(ending)]))
  // Tables of the kernel are not read in one go, so that a socket may be left out.
  let seen: SeenProcess[] = []
  let process: SeenProcess | null = null
  for (let look = 0; look < looksAtMost && process === null; look++) {
    const looked = await stage.witness.ask({ type: 'look', uid }).says('seen')
    seen = z.array(seenProcessSchema).parse(looked.processes)
    process = talkingProcess(seen, listener, peer, started.pid)
  }
  onSeen?.(seen)
  if (process === null) throw new SandboxError('the witness found no process at the other end of the connection')
  if (process.container !== stage.container.id)
    throw new SandboxError('the process was not in the container of the stage')
  if (talk) await stage.listener.ask({ type: 'answer', of: talk.id }).says('answering')
  if (run.stdin === 'held')
    await stage.stage.ask({ type: 'release', of: playing.id, input: run.input }).says('released')
  const ended = await ending
  const exchanged = talk === null ? null : exchangedMessage.parse(await talk.says('exchanged'))
  if (exchanged !== null && !exchanged.marker) {
    const said = ended.output.trim()
    throw new SandboxError(
      `the listener did not get the marker${said === '' ? '' : `; the program said: ${said.slice(0, 300)}`}`,
    )
  }
  return {
    process,
    others: seen.filter((each) => each !== process),
    peer: peer === null ? null : { address: peer.address, port: peer.port },
    startedAt: started.at,
    peerAt: peer?.at ?? null,
    endedAt: ended.at,
    exit: { status: ended.status, signal: ended.signal },
    received: exchanged?.received ?? '',
  }
}

/** Rejects when the program has failed: it will not connect any more. One that ended well may have left a child. */
async function givenUp(ending: Promise<z.output<typeof endedMessage>>): Promise<never> {
  const { status, signal, output } = await ending
  if (status === 0) return new Promise(() => undefined)
  const how = signal === null ? `with status ${status}` : `by signal ${signal}`
  throw new SandboxError(
    `the program ended ${how} before it connected: ${output.trim().slice(0, 500) || 'it said nothing'}`,
  )
}

function listenRequest({ listener, limitMs }: Performance, { identity }: Performing) {
  return {
    type: 'listen',
    address: identity.server.ipv4,
    peer: identity.client.ipv4,
    marker: identity.marker,
    seconds: limitMs / 1000,
    ...listener,
  }
}
