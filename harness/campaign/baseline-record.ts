import { packetAddresses } from '../attribution/packet-addresses.ts'
import type { RecordedBaseline, RecordedConversation, RecordedPhase, RecordedTrial } from '../evidence/record.ts'
import type { Plan } from '../plan/plan.ts'
import type { Companion } from '../plan/trial.ts'
import type { Campaign } from '../plan/campaign.ts'
import { judgeRepeat, type RepeatInput } from '../verdict/judge-repeat.ts'
import { layersOf, recordedAlert } from '../verdict/seen.ts'
import type { Entry } from './ledger.ts'
import type { Listening } from './listening.ts'

type Around = Entry<Companion>

/** What was played around one trial. */
export interface TrialCompanions {
  /** In the order of play. */
  baseline: Around[]
  /** One at most. */
  repeat: Around[]
}

export const noCompanions: TrialCompanions = { baseline: [], repeat: [] }

/** What was played around trials, by the trial's id. */
export function companionsByTrial(entries: Iterable<Around>): Map<string, TrialCompanions> {
  const found = new Map<string, TrialCompanions>()
  for (const entry of entries) {
    const { of, phase } = entry.trial
    const around = found.get(of) ?? { baseline: [], repeat: [] }
    around[phase].push(entry)
    found.set(of, around)
  }
  return found
}

/** The baseline of one trial; null where it has none. */
export function recordTrialBaseline(
  listening: Listening,
  entries: readonly Around[],
): NonNullable<RecordedTrial['baseline']> | null {
  return entries.length === 0 ? null : { conversations: entries.length, ...phaseOf(listening, entries) }
}

/** The anomaly once more, and whether the stack found it new again. */
export function recordRepeat(
  listening: Listening,
  entry: Around,
  judged: Pick<RepeatInput, 'trial' | 'stack' | 'windowMs'>,
): NonNullable<RecordedTrial['repeat']> {
  const proof = listening.proof(entry.trial.id)
  const outcome = judgeRepeat({ ...judged, proof, observations: entry.observed, failure: entry.failure })
  return { ...phaseOf(listening, [entry]), ...outcome }
}

/** The first reason why some of it was not wholly played. */
export function failureOf(entries: readonly Around[]): string | null {
  return entries.find(({ failure }) => failure !== null)?.failure ?? null
}

/** What `run.json` says of the baseline; nothing where no scenario has one. */
export function recordBaseline({
  listening,
  baselined,
  campaign,
}: {
  listening: Listening
  baselined: Plan['baselined']
  campaign: Campaign
}): { baseline?: RecordedBaseline } {
  if (baselined === null) return {}
  const entries = [...listening.companions.values()].filter(({ trial }) => trial.phase === 'baseline')
  const proofs = entries.map(({ trial }) => listening.proof(trial.id))
  const firsts = proofs.flatMap(({ firstAt }) => firstAt ?? [])
  const lasts = proofs.flatMap(({ lastAt }) => lastAt ?? [])
  return {
    baseline: {
      learnMs: campaign.learn ?? null,
      startedAt: isoOrNull(least(firsts)),
      endedAt: isoOrNull(most(lasts)),
      learntAt: isoOrNull(listening.learntAt),
      hosts: baselined,
      frames: proofs.reduce((sum, { frames }) => sum + frames, 0),
      found: proofs.reduce((sum, { found }) => sum + found, 0),
      conversations: entries.map((entry) => conversationOf(listening, entry)),
    },
  }
}

function conversationOf(listening: Listening, entry: Around): RecordedConversation {
  const { trial, conversation, failure } = entry
  const { frames, found, firstAt } = listening.proof(trial.id)
  return {
    trial: trial.of,
    note: trial.note,
    generator: trial.generator,
    flows:
      entry.performance === null
        ? flowsOf(conversation.stream?.heads ?? Array.from(conversation.frames, ({ bytes }) => bytes))
        : flowsOf(listening.flows.captured(trial.id).map(({ bytes }) => bytes)),
    teaches: trial.teaches,
    frames,
    found,
    sentAt: isoOrNull(firstAt),
    failure,
  }
}

function phaseOf(listening: Listening, entries: readonly Around[]): RecordedPhase {
  const proofs = entries.map(({ trial }) => listening.proof(trial.id))
  const seen = entries.flatMap(({ observed }) => observed).filter(({ strength }) => strength !== 'time')
  const found = proofs.reduce((sum, proof) => sum + proof.found, 0)
  const [first] = entries
  return {
    frames: proofs.reduce((sum, { frames }) => sum + frames, 0),
    found,
    sentAt: isoOrNull(least(proofs.flatMap(({ firstAt }) => firstAt ?? []))),
    alerts: seen
      .filter(({ observation }) => observation.kind === 'alert')
      .map(({ observation }) => recordedAlert(observation)),
    layers: layersOf(seen),
    evidence: first && found > 0 ? evidencePath(`${first.trial.of}/${first.trial.phase}`) : null,
  }
}

const protocols: Record<number, string> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' }
/** TCP, UDP and SCTP; of ICMP type and code stand where ports would. */
const hasPorts = [6, 17, 132]
/** Flows of one conversation that are named; more are a flood. */
const flowsAtMost = 20

/** The flows of some frames, each once, from the one who spoke first. */
function flowsOf(frames: readonly Uint8Array[]): string[] {
  const flows = new Map<string, string>()
  for (const bytes of frames) {
    const [flow] = packetAddresses(bytes).flows
    if (!flow) continue
    const { source, destination, protocol } = flow
    const ports = hasPorts.includes(protocol ?? 0) ? flow.ports : null
    const [from, to] = [end(source, ports?.source), end(destination, ports?.destination)]
    const key = [protocol, ...[from, to].sort()].join(' ')
    const name = protocol === null ? 'arp' : (protocols[protocol] ?? `ip ${protocol}`)
    if (!flows.has(key) && flows.size < flowsAtMost) flows.set(key, `${name} ${from} > ${to}`)
  }
  return [...flows.values()]
}

function end(address: string, port: number | undefined): string {
  if (port === undefined) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** Where the packets of a trial, or of what was played around it, lie in the run folder. */
export function evidencePath(id: string): string {
  return ['evidence/', id.replace('[]', '').replaceAll(/[^A-Za-z0-9.-]+/g, '_'), '.pcap'].join('')
}

/** A time of the record. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms)
}

function least(values: readonly number[]): number | null {
  return values.reduce<number | null>((least, value) => (least === null || value < least ? value : least), null)
}

function most(values: readonly number[]): number | null {
  return values.reduce<number | null>((most, value) => (most === null || value > most ? value : most), null)
}
