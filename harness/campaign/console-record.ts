import { createHash } from 'node:crypto'
import type { RecordedSighting, RecordedTrial, Run } from '../evidence/record.ts'
import type { EvidenceFile } from '../evidence/write.ts'
import type { ConsolePlaceholder, ConsoleSettings } from '../plan/console.ts'
import type { Trial } from '../plan/trial.ts'
import type { ConsoleWitness, Sought } from '../witness/console-witness.ts'
import { evidencePath, iso } from './baseline-record.ts'
import type { CampaignEvent, EventSink } from './events.ts'

/** Passes events on, and has the console looked at for anomalies as soon as they have been played. */
export function alsoToConsole(console: ConsoleWitness, onEvent: EventSink): EventSink {
  const scenarios = new Set<string>()
  return (event) => {
    onEvent(event)
    if (!isSought(event, console.settings, scenarios)) return
    scenarios.add(event.trial.scenario)
    console.look(soughtOf(event.trial))
  }
}

/** What the record keeps of the console: a sighting in each trial that was looked for, the pictures, and the counts. */
export function recordSightings(
  { settings, sightings, skipped }: ConsoleWitness,
  trials: readonly RecordedTrial[],
): { trials: RecordedTrial[]; evidence: EvidenceFile[]; console: NonNullable<Run['console']> } {
  const evidence: EvidenceFile[] = []
  const seen = trials.map((trial): RecordedTrial => {
    const sighting = sightings.get(trial.id)
    if (sighting === undefined) return trial
    const { outcome, reason, at, picture } = sighting
    const path = evidencePath(trial.id).replace(/^evidence\/(.*)\.pcap$/, 'evidence/console/$1.png')
    if (picture !== null) evidence.push({ path, content: picture })
    const console: RecordedSighting = {
      name: settings.name,
      outcome,
      reason,
      at: at === null ? null : iso(at),
      screenshot: picture === null ? null : path,
      sha256: picture === null ? null : createHash('sha256').update(picture).digest('hex'),
    }
    return { ...trial, console }
  })
  const count = (outcome: RecordedSighting['outcome']) =>
    seen.filter(({ console }) => console?.outcome === outcome).length
  return {
    trials: seen,
    evidence,
    console: {
      name: settings.name,
      url: settings.url,
      shown: count('shown'),
      notShown: count('not-shown'),
      inconclusive: count('inconclusive'),
      skipped,
    },
  }
}

function isSought(
  event: CampaignEvent,
  { each }: ConsoleSettings,
  scenarios: ReadonlySet<string>,
): event is Extract<CampaignEvent, { type: 'played' }> {
  if (event.type !== 'played' || event.trial.kind !== 'stimulus') return false
  return each === 'trial' || !scenarios.has(event.trial.scenario)
}

function soughtOf({ id, scenario, identity: { marker, client, server } }: Trial): Sought {
  const values: Record<ConsolePlaceholder, string | number> = {
    marker,
    scenario,
    trial: id,
    'client.ipv4': client.ipv4,
    'client.ipv6': client.ipv6,
    'client.mac': client.mac,
    'client.port': client.port,
    'server.ipv4': server.ipv4,
    'server.ipv6': server.ipv6,
    'server.mac': server.mac,
    'server.port': server.port,
  }
  return { id, values: new Map(Object.entries(values).map(([name, value]) => [name, String(value)])) }
}
