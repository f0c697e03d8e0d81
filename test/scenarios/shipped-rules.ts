import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { z } from 'zod'
import type { LoadedScenario } from '../../harness/scenario/load.ts'

/** Where the settings of the embedded Suricata lie in this checkout, and what is known of its rules. */
export const sensorFolder = fileURLToPath(new URL('../../../harness/sensors/suricata', import.meta.url))
const tableFile = 'shipped-rules.tsv'
const reasonsFile = 'unprovoked-rules.yaml'

/** A rule as Suricata's package ships it. */
export interface ShippedRule {
  sid: string
  /** File name without its folder: `decoder-events.rules`. */
  file: string
  message: string
  /** False: shipped commented out. */
  active: boolean
}

/** Why no scenario provokes a rule, and what such reasons are called. */
export const reasonClasses = {
  dead: 'no packet can raise it: nothing sets its event, or nothing can come to where it is set',
  discarded: 'the packet that has the event is thrown away before the rules see it',
  capture: 'it is about another kind of link, hardware or capture than the sensor has',
  inline: 'it is raised only where Suricata stands in the path and may drop packets',
  setting: 'it is raised only with a setting that the package does not have',
  noalert: 'the rule says noalert: it counts, and never alerts',
  misfires: 'shipped commented out, and left so: it alerts on legal traffic',
  volume: 'it takes more packets than one conversation may have',
} as const

export type ReasonClass = keyof typeof reasonClasses

const reasons = z.record(
  z.string().regex(/^\d+$/),
  z.strictObject({
    class: z.enum(Object.keys(reasonClasses) as [ReasonClass, ...ReasonClass[]]),
    why: z.string().min(10),
  }),
)

export type Reasons = z.output<typeof reasons>

/** Every rule that is shipped, sorted by file and number, from the table of this checkout. */
export function shippedRules(): ShippedRule[] {
  const [, ...lines] = readFileSync(join(sensorFolder, tableFile), 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [sid = '', file = '', state = '', message = ''] = line.split('\t')
    return { sid, file, active: state === 'active', message }
  })
}

/** The table of this checkout as text, tab-separated. */
export function shippedTable(rules: readonly ShippedRule[]): string {
  const rows = rules.map(({ sid, file, active, message }) => [sid, file, active ? 'active' : 'commented', message])
  return `${[['sid', 'file', 'state', 'message'], ...rows].map((row) => row.join('\t')).join('\n')}\n`
}

/** File of the table, for whoever writes it. */
export const shippedTablePath = join(sensorFolder, tableFile)

/** Why rules are not provoked, by number, as written by hand. */
export function unprovokedReasons(): Reasons {
  return reasons.parse(load(readFileSync(join(sensorFolder, reasonsFile), 'utf8')))
}

/** Rules of the package that this sensor switches on, with why. */
export function switchedOn(): Map<string, string> {
  const lines = readFileSync(join(sensorFolder, 'enable.conf'), 'utf8').split('\n')
  return new Map(
    lines.flatMap((line) => {
      const [, sid, why] = /^(\d+) (.*)$/.exec(line) ?? []
      return sid === undefined || why === undefined ? [] : [[sid, why] as const]
    }),
  )
}

/**
 * The rules in files as the sensor image has them. `enabled` are those that the image's build switched on: it refuses
 * one that is not shipped commented out.
 */
export function parseRules(
  files: readonly { file: string; text: string }[],
  enabled: { has: (sid: string) => boolean },
): ShippedRule[] {
  const rules = files.flatMap(({ file, text }) =>
    text
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .flatMap((line) => {
        const [, comment, body = ''] = /^(# ?)?(?:alert|drop) (.*)$/.exec(line) ?? []
        const sid = /[( ;]sid: ?(\d+);/.exec(body)?.[1]
        const message = /[( ;]msg: ?"((?:[^"\\]|\\.)*)"/.exec(body)?.[1]
        if (sid === undefined || message === undefined) return []
        return [{ sid, file, message: message.trim(), active: comment === undefined && !enabled.has(sid) }]
      }),
  )
  return rules.sort((one, other) => (key(one) < key(other) ? -1 : 1))
}

/** Which scenarios provoke each rule of Suricata: anomalies that expect it, and legal traffic that it is known to alert on. */
export function provokers(library: readonly LoadedScenario[]): Map<string, LoadedScenario[]> {
  const found = new Map<string, LoadedScenario[]>()
  for (const scenario of library) {
    const expected = scenario.cases.flatMap(({ expect }) => expect.alert.flatMap(({ rules }) => rules.suricata ?? []))
    const defects = scenario.kind === 'must-not-alert' ? Object.keys(scenario.knownDefects?.suricata ?? {}) : []
    for (const sid of new Set([...expected, ...defects])) found.set(sid, [...(found.get(sid) ?? []), scenario])
  }
  return found
}

function key({ file, sid }: ShippedRule): string {
  return `${file} ${sid.padStart(12, '0')}`
}
