import type { Observation, ObservedEndpoint } from '../monitors/observation.ts'
import { type Strength, strengths } from '../verdict/verdict.ts'
import { type AttributionIndex, flowKey, halfFlowKey, pairKey, processKey } from './attribution-index.ts'
import { forEachMarker } from './markers.ts'
import { packetAddresses } from './packet-addresses.ts'

export { type AttributionIndex, addTrial, buildIndex, claimProcess } from './attribution-index.ts'

/** The trial that an observation belongs to, and the strongest thing that ties it to that trial. */
export interface Attribution {
  trialId: string
  strength: Strength
}

/**
 * What is known of an observation's origin. `ambiguous`: what it says fits several trials, or contradicts itself; then
 * `common` holds those that all of it fits, none where it contradicts itself, and `strength` is that of its strongest part.
 */
export type Origin =
  | ({ kind: 'trial' } & Attribution)
  | { kind: 'ambiguous'; trialIds: string[]; common: string[]; strength: Strength }
  | { kind: 'none' }

/** Ties an observation to its trial; null when it is nobody's, or cannot be told. */
export function attribute(observation: Observation, index: AttributionIndex): Attribution | null {
  const found = originOf(observation, index)
  return found.kind === 'trial' ? { trialId: found.trialId, strength: found.strength } : null
}

/**
 * Everything in the observation that any trial is known by must agree on one trial; nothing is guessed. The work does not
 * grow with the number of trials.
 */
export function originOf(observation: Observation, index: AttributionIndex): Origin {
  const evidence = gather(observation, index)
  if (evidence.length === 0) return { kind: 'none' }
  let common = [...(evidence[0] as Evidence).trials]
  for (const { trials } of evidence.slice(1)) common = common.filter((trial) => trials.has(trial))
  // Where only several things together single out the trial, the tie is as strong as the weakest of them.
  const order = ({ strength }: Evidence) => strengths.indexOf(strength)
  const sorted = evidence.toSorted((one, other) => order(one) - order(other))
  const [trialId] = common
  if (trialId === undefined || common.length > 1) {
    const trialIds = [...new Set(evidence.flatMap(({ trials }) => [...trials]))].sort()
    return { kind: 'ambiguous', trialIds, common, strength: (sorted[0] as Evidence).strength }
  }
  const { strength } = sorted.find(({ trials }) => trials.size === 1) ?? (sorted.at(-1) as Evidence)
  return { kind: 'trial', trialId, strength }
}

interface Evidence {
  strength: Strength
  trials: ReadonlySet<string>
}

function gather(observation: Observation, index: AttributionIndex): Evidence[] {
  const evidence: Evidence[] = []
  const ask = (strength: Exclude<Strength, 'time'>, key: string): boolean => {
    const trials = index[strength].get(key)
    if (trials !== undefined) evidence.push({ strength, trials })
    return trials !== undefined
  }
  const askPair = (source: ObservedEndpoint, destination: ObservedEndpoint) => {
    if (source.address === undefined || destination.address === undefined) return
    if (source.port !== undefined && destination.port !== undefined) {
      const [one, other] = [source, destination] as [Required<ObservedEndpoint>, Required<ObservedEndpoint>]
      if (!ask('flow', flowKey(one, other)) && !ask('flow', halfFlowKey(one, other)))
        ask('flow', halfFlowKey(other, one))
    }
    ask('address-pair', pairKey(source.address, destination.address))
  }

  forEachMarker(observation.raw, (marker) => ask('marker', marker))
  const { source, destination, outer, communityId } = observation
  askPair(source, destination)
  if (outer) askPair(outer.source, outer.destination)
  if (communityId !== undefined) ask('flow', communityId)
  const { process: doer } = observation
  if (doer?.container) {
    const { container, pid, ppid } = doer
    // A process of old may have had the same id: one that is executed is its parent's child, whatever its id says.
    const ids = isExecution(observation) ? [ppid, pid] : [pid, ppid]
    ids.some((id) => ask('process', processKey({ container, pid: id })))
  }
  for (const { mac } of [source, destination]) if (mac !== undefined) ask('mac', mac)
  if (source.address === undefined) fromPacket(observation.raw, askPair, (mac) => ask('mac', mac))
  return evidence
}

function isExecution({ event }: Observation): boolean {
  return event === 'execve' || event === 'execveat' || event === 'exec'
}

/** Where a product could not read the addresses, the packet that it gives (EVE: `packet`, Base64) may still have them. */
function fromPacket(
  { packet, packet_info: info }: Record<string, unknown>,
  onPair: (source: ObservedEndpoint, destination: ObservedEndpoint) => void,
  onMac: (mac: string) => void,
): void {
  if (typeof packet !== 'string') return
  const linkType = (info as { linktype?: unknown } | undefined)?.linktype
  const found = packetAddresses(
    Buffer.from(packet, 'base64'),
    linkType === undefined || linkType === 1 ? 'ethernet' : 'ip',
  )
  for (const { source, destination, ports } of found.flows) {
    onPair(
      { address: source, ...(ports && { port: ports.source }) },
      { address: destination, ...(ports && { port: ports.destination }) },
    )
  }
  found.macs.forEach(onMac)
}
