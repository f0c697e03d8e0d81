import type { Identity } from '../../generators/identity.ts'
import type { Monitor } from '../monitors/monitor.ts'
import { isProcessLayer } from '../monitors/observation.ts'
import type { Trial } from '../plan/trial.ts'

/**
 * The stimulus that every network monitor is known to notice: an ICMP message of an unassigned type (RFC 792), which
 * Suricata's shipped decoder rule 2200024 alerts on. Sent before, between and after the trials, it proves that the
 * stack is listening and marks how far it has got.
 */
export function sentinelTrial(number: number, identity: Identity): Trial {
  return {
    id: `sentinel/${number}`,
    scenario: 'sentinel',
    case: '',
    kind: 'stimulus',
    trial: number,
    generator: 'packets',
    parameters: {
      frames: [
        {
          from: 'client',
          note: 'sentinel: ICMP message of unassigned type 44',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of scenarios
          layers: [{ ipv4: {} }, { icmp: { type: 44, code: 0 } }, { payload: 'tocsin sentinel ${marker}' }],
        },
      ],
    },
    identity,
    expect: { alert: [], telemetry: [] },
  }
}

/** What a monitor said about a sentinel: raised an alert, only kept a record of it, or nothing. */
export type SentinelOutcome = 'alerted' | 'logged' | 'silent'

export interface Sentinel {
  number: number
  trial: Trial
  sentAt: number
  /** True when the witness captured it. */
  proven: boolean
  /** By monitor name. */
  outcomes: Map<string, SentinelOutcome>
  /** The first alert's own time and when it was read, milliseconds since the epoch. */
  alert: { at: number; receivedAt: number } | null
  /** When the witness saw it. */
  capturedAt: number | null
}

/** Whether a monitor can notice a sentinel: its packet always goes out, its process only where there is a stage. */
export function isAsked({ layers }: Pick<Monitor, 'layers'>, hasStage: boolean): boolean {
  return hasStage || layers.some((layer) => !isProcessLayer(layer))
}

/** Whether every one of some monitors noticed a sentinel; false where there is none. */
export function noticed(
  sentinel: Sentinel | undefined,
  monitors: readonly { monitor: Pick<Monitor, 'name'> }[],
): boolean {
  if (sentinel === undefined) return false
  return monitors.every(({ monitor }) => (sentinel.outcomes.get(monitor.name) ?? 'silent') !== 'silent')
}

/** The better of what all monitors said: enough to show a person. */
export function overall(outcomes: Iterable<SentinelOutcome>): SentinelOutcome {
  const all = [...outcomes]
  return all.includes('alerted') ? 'alerted' : all.includes('logged') ? 'logged' : 'silent'
}

/** The monitors' clock minus ours, by the sentinels' alerts, milliseconds; null when none alerted. */
export function clockOffset(sentinels: readonly Sentinel[]): number | null {
  return median(
    sentinels.flatMap(({ alert, capturedAt }) => (alert && capturedAt !== null ? [alert.at - capturedAt] : [])),
  )
}

/** The upper median; null of nothing. */
export function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
}
