import { isProcessLayer, type Observation, type ObservedEndpoint } from '../monitors/observation.ts'
import { unmappedAddress } from '../monitors/address.ts'

/** One connection as a monitor of packets recorded it; also an exchange without ports, such as ICMP. */
export interface Connection {
  source: ObservedEndpoint & { address: string }
  destination: ObservedEndpoint & { address: string }
  /** As the monitor writes it, in upper case; absent when it does not say. */
  protocol?: string
  /** When the earliest record of it says that it began, milliseconds since the epoch. */
  startedAt: number
}

/** The connections that some records tell of, each once, the earliest first. Records without two addresses tell of none. */
export function connectionsOf(observations: readonly Observation[]): Connection[] {
  const found = new Map<string, Connection>()
  for (const observation of observations) {
    if (isProcessLayer(observation.layer)) continue
    const [source, destination] = [end(observation.source), end(observation.destination)]
    if (source === null || destination === null) continue
    const protocol = observation.protocol?.toUpperCase()
    const key = [
      ...[source, destination].map(({ address, port }) => `${address} ${port ?? ''}`).sort(),
      protocol,
    ].join()
    const startedAt = observation.startedAt ?? observation.at
    const known = found.get(key)
    // A record of an answer names the ends the other way round; the earliest tells who began.
    if (known === undefined || startedAt < known.startedAt)
      found.set(key, { source, destination, startedAt, ...(protocol === undefined ? {} : { protocol }) })
  }
  return [...found.values()].sort((one, other) => one.startedAt - other.startedAt)
}

/** An end with its address in plain form; null without one. Port 0 is no port. */
export function end({ address, port }: ObservedEndpoint): (ObservedEndpoint & { address: string }) | null {
  if (address === undefined) return null
  return { address: unmappedAddress(address), ...(port === undefined || port === 0 ? {} : { port }) }
}
