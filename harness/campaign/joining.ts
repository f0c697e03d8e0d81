import { connectionsOf } from '../correlation/connection.ts'
import { correlate } from '../correlation/correlate.ts'
import type { Join } from '../correlation/join.ts'
import { ownerOf, ProcessSockets } from '../correlation/process-sockets.ts'
import { isProcessLayer, type Layer } from '../monitors/observation.ts'
import type { Entry } from './ledger.ts'
import type { Listening } from './listening.ts'
import { noticed } from './sentinel.ts'
import type { WatchedMonitor } from './watched-monitor.ts'

/** Puts together what the monitors of a campaign recorded of its trials. What it has read of them is kept. */
export class Joiner {
  readonly #listening: Listening
  readonly #network: readonly WatchedMonitor[]
  readonly #process: readonly WatchedMonitor[]
  readonly #sockets = new Map<string, ProcessSockets>()

  constructor({ listening, monitors }: { listening: Listening; monitors: readonly WatchedMonitor[] }) {
    const has = ({ monitor }: WatchedMonitor, isWanted: (layer: Layer) => boolean) => monitor.layers.some(isWanted)
    this.#listening = listening
    this.#network = monitors.filter((each) => has(each, (layer) => !isProcessLayer(layer)))
    this.#process = monitors.filter((each) => has(each, isProcessLayer))
  }

  /** One for each pair of monitors that have the layers that the trial asks for; none where it asks for none. */
  joinsOf(entry: Entry): Join[] {
    const asked = entry.trial.kind === 'stimulus' ? (entry.trial.expect.correlate ?? []) : []
    if (asked.length === 0) return []
    const having = (list: readonly WatchedMonitor[], isWanted: (layer: Layer) => boolean) =>
      list.filter(({ monitor }) => monitor.layers.some((layer) => asked.includes(layer) && isWanted(layer)))
    return having(this.#network, (layer) => !isProcessLayer(layer)).flatMap((network) =>
      having(this.#process, isProcessLayer).map((process) => this.#join(entry, network, process, asked)),
    )
  }

  #join(entry: Entry, network: WatchedMonitor, process: WatchedMonitor, asked: readonly Layer[]): Join {
    const pair = { network: network.monitor.name, process: process.monitor.name }
    const own = entry.observed.map(({ observation }) => observation)
    const seen = own.filter(({ monitor, layer }) => monitor === pair.network && asked.includes(layer))
    const join = correlate(pair, connectionsOf(seen), this.#socketsOf(pair.process, asked))
    if (join.outcome === 'joined') return this.#checked(join, entry)
    const why = this.#whyDeaf(entry, [network, process])
    return why === null ? join : { ...join, outcome: 'inconclusive', reason: `${join.reason} But ${why}.` }
  }

  /** Whether the process is one of those that the trial is known to have started. */
  #checked(join: Join, { observed, process }: Entry): Join {
    const mine = new Set(
      observed.flatMap(({ observation }) => (observation.process ? [ownerOf(observation.process)] : [])),
    )
    for (const each of process === null ? [] : [process.process, ...process.others]) mine.add(ownerOf(each))
    if (join.candidates.every((candidate) => mine.has(ownerOf(candidate)))) return join
    return { ...join, outcome: 'mistaken', reason: `${join.reason} But it is not a process of this trial.` }
  }

  #whyDeaf({ sentinelBefore, sentinelAfter }: Entry, pair: readonly WatchedMonitor[]): string | null {
    const { sentinels, lossReason, processLossReason } = this.#listening
    for (const number of [sentinelBefore, sentinelAfter]) {
      const sentinel = sentinels.find((each) => each.number === number)
      if (!noticed(sentinel, pair)) return `sentinel ${number} was not noticed by both monitors`
    }
    return lossReason ?? processLossReason
  }

  #socketsOf(monitor: string, asked: readonly Layer[]): ProcessSockets {
    const key = [monitor, ...asked].join(' ')
    const known = this.#sockets.get(key)
    if (known !== undefined) return known
    const heard = this.#listening.heard.flatMap(({ observation }) =>
      observation.monitor === monitor && observation.kind === 'telemetry' && asked.includes(observation.layer)
        ? [observation]
        : [],
    )
    const made = new ProcessSockets(heard)
    this.#sockets.set(key, made)
    return made
  }
}
