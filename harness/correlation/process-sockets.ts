import { isUnspecified, unmappedAddress } from '../monitors/address.ts'
import type { Observation, ObservedEndpoint, ObservedProcess } from '../monitors/observation.ts'

/** A socket of a process, by one record of its log. */
export interface ProcessSocket {
  process: ObservedProcess
  /** Its own end; without an address where it is bound to all of them. */
  local: ObservedEndpoint
  /** The end that it talks to; null of one that only waits for connections. */
  remote: (ObservedEndpoint & { address: string }) | null
  protocol?: string
  at: number
}

/** The sockets that a monitor of processes recorded, to be looked up by an address or by a port. */
export class ProcessSockets {
  readonly #byAddress = new Map<string, ProcessSocket[]>()
  readonly #byPort = new Map<number, ProcessSocket[]>()

  /** @param observations in the order of their time stamps, or nearly so */
  constructor(observations: readonly Observation[]) {
    const bound = new Map<string, ObservedEndpoint>()
    for (const { process, socket, protocol, at } of observations) {
      if (process === undefined || socket === undefined) continue
      const owner = ownerOf(process)
      const own = { ...bound.get(owner), ...given(socket.local) }
      const other = given(socket.remote)
      if (socket.local !== undefined) bound.set(owner, own)
      const remote = other.address === undefined ? null : { ...other, address: other.address }
      const made: ProcessSocket = { process, local: own, remote, at, ...(protocol === undefined ? {} : { protocol }) }
      if (remote !== null) add(this.#byAddress, remote.address, made)
      else if (socket.remote !== undefined || own.port === undefined) continue
      else if (own.address !== undefined) add(this.#byAddress, own.address, made)
      else add(this.#byPort, own.port, made)
    }
  }

  /** Those that may belong to an end: they talk to it, or wait at its port. */
  at({ address, port }: ObservedEndpoint & { address: string }): readonly ProcessSocket[] {
    return [...(this.#byAddress.get(address) ?? []), ...(port === undefined ? [] : (this.#byPort.get(port) ?? []))]
  }
}

/** One process, as its log tells it apart from others. */
export function ownerOf({ container, pid }: Pick<ObservedProcess, 'container' | 'pid'>): string {
  return `${container ?? ''} ${pid}`
}

/** What of an end is really there: an unspecified address and port 0 say nothing. */
function given({ address, port }: ObservedEndpoint = {}): ObservedEndpoint {
  const plain = address === undefined ? undefined : unmappedAddress(address)
  return {
    ...(plain === undefined || isUnspecified(plain) ? {} : { address: plain }),
    ...(port === undefined || port === 0 ? {} : { port }),
  }
}

function add<Key>(index: Map<Key, ProcessSocket[]>, key: Key, socket: ProcessSocket): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [socket])
  else known.push(socket)
}
