import type { Identity } from '../../generators/identity.ts'
import { normalAddress } from '../monitors/address.ts'
import type { Strength } from '../verdict/verdict.ts'
import { communityId } from './community-id.ts'
import { type PacketFlow, packetAddresses } from './packet-addresses.ts'

/** What is needed of a trial to know its observations. */
export interface IndexedTrial {
  id: string
  identity: Identity
  /** Its Ethernet frames: they tell the flows that the identity alone does not (other ports, tunnels, third addresses). */
  frames?: readonly Uint8Array[]
  /** IP addresses that are the trial's alone, beside those of its identity. */
  addresses?: readonly string[]
}

/** By strength: which trials have a marker, a flow, an address pair, a MAC, a process. One that several have singles none out. */
export type AttributionIndex = Record<Exclude<Strength, 'time'>, Claims>

/** Trials by what they are known by. As a rule that is one trial's alone, which costs no set. */
export class Claims {
  readonly #trials = new Map<string, string | Set<string>>()

  get(key: string): ReadonlySet<string> | undefined {
    const found = this.#trials.get(key)
    return typeof found === 'string' ? new Set([found]) : found
  }

  /** One trial more has it. */
  add(key: string, trialId: string): void {
    const known = this.#trials.get(key)
    if (known === undefined || known === trialId) this.#trials.set(key, trialId)
    else if (typeof known === 'string') this.#trials.set(key, new Set([known, trialId]))
    else known.add(trialId)
  }

  /** This trial alone has it from now on. */
  set(key: string, trialId: string): void {
    this.#trials.set(key, trialId)
  }
}

/** Flows taken from the frames of one trial at most: a flood from random addresses has no end of them. */
const flowsAtMost = 10_000

/** Indexes trials that may be observed at the same time. */
export function buildIndex(trials: Iterable<IndexedTrial>): AttributionIndex {
  const index: AttributionIndex = {
    marker: new Claims(),
    flow: new Claims(),
    'address-pair': new Claims(),
    mac: new Claims(),
    process: new Claims(),
  }
  for (const trial of trials) addTrial(index, trial)
  return index
}

/** A process of a container, by its id as the log and the witness have it. */
export interface ProcessId {
  container: string
  pid: number
}

export function processKey({ container, pid }: ProcessId): string {
  return `${container} ${pid}`
}

/** A process belongs to a trial; whatever had its id before is over. */
export function claimProcess(index: AttributionIndex, trialId: string, process: ProcessId): void {
  index.process.set(processKey(process), trialId)
}

/** Adds a trial, or the frames of one that is there already. */
export function addTrial(index: AttributionIndex, { id, identity, frames = [], addresses = [] }: IndexedTrial): void {
  const claim = (strength: Exclude<keyof AttributionIndex, 'process'>, key: string) => index[strength].add(key, id)
  const { client, server, marker } = identity
  claim('marker', marker)
  claim('mac', client.mac.toLowerCase())
  claim('mac', server.mac.toLowerCase())
  for (const [from, to] of addressPairs(identity)) {
    claim('address-pair', pairKey(from, to))
    claim('flow', halfFlowKey({ address: from, port: client.port }, { address: to }))
  }
  const own = ownAddresses(identity, addresses)
  for (const flow of flowsOf(identity, own, frames)) {
    const { source, destination, protocol, ports } = flow
    if (isOwn(own, flow)) claim('address-pair', pairKey(source, destination))
    if (ports === null || protocol === null) continue
    claim('flow', communityId({ source, destination, protocol, ports }))
    if (hasPorts.has(protocol))
      claim('flow', flowKey({ address: source, port: ports.source }, { address: destination, port: ports.destination }))
  }
}

/** TCP, UDP, SCTP. */
const hasPorts = new Set([6, 17, 132])

/** Both ends with their ports, the same in both directions. Keys are joined, for V8 keeps all parts of a text that a template puts together. */
export function flowKey(one: { address: string; port: number }, other: { address: string; port: number }): string {
  const ends = [one, other].map(({ address, port }) => [address, port].join(' '))
  return ends.sort().join(' ')
}

/** The client's port is the trial's own; the server's is the scenario's. */
export function halfFlowKey(client: { address: string; port: number }, server: { address: string }): string {
  return [client.address, client.port, '>', server.address].join(' ')
}

/** Two addresses in either order. */
export function pairKey(one: string, other: string): string {
  return (one < other ? [one, other] : [other, one]).join(' ')
}

function addressPairs({ client, server }: Identity): [string, string][] {
  return [
    [client.ipv4, server.ipv4],
    [normalAddress(client.ipv6), normalAddress(server.ipv6)],
  ]
}

/**
 * The distinct flows of the frames. Of flows between other addresses (inside a tunnel, with a forged source) only those
 * with the trial's own port are taken: others on the network may have the same addresses.
 */
function flowsOf(identity: Identity, own: ReadonlySet<string>, frames: readonly Uint8Array[]): Iterable<PacketFlow> {
  const found = new Map<string, PacketFlow>()
  for (const frame of frames) {
    for (const flow of packetAddresses(frame).flows) {
      if (found.size >= flowsAtMost) return found.values()
      const { source, destination, protocol, ports } = flow
      const hasOwnPort = ports?.source === identity.client.port || ports?.destination === identity.client.port
      if (!isOwn(own, flow) && !hasOwnPort) continue
      found.set(`${protocol} ${source} ${ports?.source} ${destination} ${ports?.destination}`, flow)
    }
  }
  return found.values()
}

function ownAddresses({ client, server }: Identity, others: readonly string[]): ReadonlySet<string> {
  return new Set([client.ipv4, server.ipv4, ...[client.ipv6, server.ipv6, ...others].map(normalAddress)])
}

function isOwn(own: ReadonlySet<string>, { source, destination }: PacketFlow): boolean {
  return own.has(source) || own.has(destination)
}
