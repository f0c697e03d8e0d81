import { type Comparison, compare } from './compare.ts'
import type { Connection } from './connection.ts'
import { bestJoin, type Join, type JoinCandidate } from './join.ts'
import { ownerOf, type ProcessSockets } from './process-sockets.ts'

/** How far time stamps of one connection may be apart in two logs, milliseconds. */
export const joinToleranceMs = 2000

/** Candidates that stand in the record. */
const candidatesKept = 10

/** The monitors whose records are put together, by name. */
export interface JoinPair {
  network: string
  process: string
}

/**
 * Tells which process is behind a connection, from nothing but what the two monitors recorded: everything that both have
 * must agree. Of several connections the one that can be told best counts. Pure.
 * @param connections of one trial, by the monitor of packets
 * @param sockets all that the monitor of processes recorded, of whatever trial
 */
export function correlate(
  { network, process }: JoinPair,
  connections: readonly Connection[],
  sockets: ProcessSockets,
  toleranceMs = joinToleranceMs,
): Join {
  const best = bestJoin(connections.map((connection) => ofConnection(process, connection, sockets, toleranceMs)))
  if (best !== null) return { network, process, ...best }
  const reason = `${network} recorded no connection with two addresses.`
  return { network, process, ...nothing, missing: ['source address', 'destination address'], reason }
}

type Found = Omit<Join, 'network' | 'process'>

const nothing = { outcome: 'impossible', keys: [], missing: [], differing: [], candidates: [], apartMs: null } as const

function ofConnection(monitor: string, connection: Connection, sockets: ProcessSockets, toleranceMs: number): Found {
  const { source, destination } = connection
  const near = new Set([...sockets.at(destination), ...sockets.at(source)])
  const compared = [...near].flatMap((socket) => compare(connection, socket, toleranceMs) ?? [])
  const agreeing = mostTelling(compared.filter(({ differing }) => differing.length === 0))
  const [first] = closest(agreeing)
  if (first === undefined) return without(monitor, closest(compared))
  const candidates = processesOf(closest(agreeing))
  const { keys, missing, differing, apartMs } = first
  const facts = { keys, missing, differing, candidates: candidates.slice(0, candidatesKept), apartMs }
  const [only] = candidates
  if (candidates.length === 1 && only !== undefined) {
    // A port at which a process waits on any address may be that of another host.
    if (!keys.some((key) => key.endsWith('address')))
      return { ...facts, outcome: 'ambiguous', reason: `Only a port leads to ${named(only)}, and no address.` }
    const reason = `By ${listed(keys)}, only ${named(only)} of ${monitor} fits; the records are ${Math.abs(Math.round(apartMs))} ms apart.`
    return { ...facts, outcome: 'joined', reason }
  }
  const more = missing.length === 0 ? '' : `; ${listed(missing)}, which ${monitor} does not have, would tell them apart`
  const reason = `${candidates.length} processes of ${monitor} fit by ${listed(keys)}: ${shown(candidates)}${more}.`
  return { ...facts, outcome: 'ambiguous', reason }
}

/** What is left where no record agrees in all that both have. */
function without(monitor: string, compared: readonly Comparison[]): Found {
  const [first] = compared.toSorted((one, other) => one.differing.length - other.differing.length)
  if (first === undefined) {
    const reason = `No record of ${monitor} names an address of the connection.`
    return { ...nothing, missing: ['destination address'], reason }
  }
  const alike = compared.filter(({ differing }) => differing.join() === first.differing.join())
  const { keys, missing, differing, apartMs } = first
  const candidates = processesOf(alike)
  const facts = { keys, missing, differing, candidates: candidates.slice(0, candidatesKept), apartMs }
  if (differing.includes('time')) {
    const reason = `The nearest record of ${monitor} with its addresses, of ${shown(candidates)}, is ${seconds(apartMs)} apart.`
    return { ...facts, outcome: 'impossible', reason }
  }
  // That is what address translation on the way looks like, and also what another connection looks like.
  const reason = `${shown(candidates)} of ${monitor} fits by ${listed(keys)} but differs in ${listed(differing)}: an address may have been translated between the two monitors.`
  return { ...facts, outcome: 'ambiguous', reason }
}

/** A socket that talks to the other end says more than one that waits for anybody, and one with both ports the most. */
function mostTelling(list: readonly Comparison[]): readonly Comparison[] {
  const talking = list.filter(({ socket }) => socket.remote !== null)
  const rest = talking.length > 0 ? talking : list
  const whole = rest.filter(({ keys }) => keys.includes('source port') && keys.includes('destination port'))
  const exact = rest.filter(({ keys }) => keys.includes('source port'))
  return whole.length > 0 ? whole : exact.length > 0 ? exact : rest
}

function closest(list: readonly Comparison[]): Comparison[] {
  return list.toSorted((one, other) => Math.abs(one.apartMs) - Math.abs(other.apartMs))
}

function processesOf(list: readonly Comparison[]): JoinCandidate[] {
  const found = new Map<string, JoinCandidate>()
  for (const { socket } of list) {
    const { pid, executable, commandLine, container } = socket.process
    const owner = ownerOf(socket.process)
    if (!found.has(owner)) found.set(owner, { pid, executable, commandLine, container })
  }
  return [...found.values()]
}

function named({ executable, pid }: JoinCandidate): string {
  return `${executable} (process ${pid})`
}

const namesShown = 3

function shown(candidates: readonly JoinCandidate[]): string {
  const more = candidates.length - namesShown
  return listed([...candidates.slice(0, namesShown).map(named), ...(more > 0 ? [`${more} more`] : [])])
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function seconds(ms: number): string {
  return `${(Math.abs(ms) / 1000).toFixed(1)} s`
}
