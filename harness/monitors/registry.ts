import { closest } from 'fastest-levenshtein'
import { InputError } from '../errors.ts'
import { bpftrace } from './bpftrace.ts'
import { laurel } from './laurel.ts'
import type { Monitor, MonitorContext, MonitorType } from './monitor.ts'
import { suricataEve } from './suricata-eve.ts'

/** Every kind of monitor, one line each. */
export const monitorTypes = [suricataEve, laurel, bpftrace] as const

/** A monitor as a campaign file names it: its settings stand beside `type` and `name`. */
export interface MonitorEntry {
  type: string
  name: string
  [setting: string]: unknown
}

/**
 * Checks the settings of a configured monitor and opens it.
 * @throws InputError when the type is unknown or a setting is wrong.
 * @throws MonitorError when the source cannot be read.
 */
export async function openMonitor(entry: MonitorEntry, context: Omit<MonitorContext, 'name'>): Promise<Monitor> {
  const { found, settings } = check(entry)
  return found.open(settings, { ...context, name: entry.name })
}

/** Checks a configured monitor without opening it. @throws InputError when the type is unknown or a setting is wrong. */
export function checkMonitor(entry: MonitorEntry): void {
  check(entry)
}

function check({ type, name, ...given }: MonitorEntry): { found: MonitorType; settings: unknown } {
  const found = findMonitorType(type, name)
  const checked = found.settings.safeParse(given)
  if (!checked.success) {
    const wrong = checked.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')
    throw new InputError(`monitor "${name}" (${type}): ${wrong}`, { cause: checked.error })
  }
  return { found, settings: checked.data }
}

/** Whose records a kind of monitor reads, as scenarios name it. @throws InputError for an unknown type. */
export function productOf(type: string, name: string): string {
  return findMonitorType(type, name).product
}

/** Each type takes its own settings, which its own schema checks before it sees them. */
function findMonitorType(type: string, name: string): MonitorType {
  const known = monitorTypes as unknown as readonly MonitorType[]
  const found = known.find((candidate) => candidate.type === type)
  if (found !== undefined) return found
  const names = known.map((candidate) => candidate.type)
  throw new InputError(`monitor "${name}": unknown type "${type}"; did you mean "${closest(type, names)}"?`)
}
