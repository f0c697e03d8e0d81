import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CORE_SCHEMA, load } from 'js-yaml'
import { MonitorError } from '../errors.ts'
import type { MonitorConfiguration } from './configuration.ts'
import { readSuricataRules, readThresholds } from './suricata-rules.ts'

/** Where what Suricata works with is to be read. */
export interface SuricataFiles {
  /** Rule files, or folders with all that is in them and ends in `.rules`. */
  rules: readonly string[]
  /** Its threshold file; none when absent. */
  thresholds?: string | undefined
  /** Its suricata.yaml, or what `suricata --dump-config` prints; nothing is known of parsers when absent. */
  configuration?: string | undefined
}

/** Reads what a Suricata works with from copies of its files. @throws MonitorError naming what cannot be read */
export function readSuricataConfiguration({ rules, thresholds, configuration }: SuricataFiles): MonitorConfiguration {
  const files = rules.flatMap(ruleFiles).map((file) => ({ file, text: read(file) }))
  return {
    files: files.map(({ file, text }) => ({ file, digest: createHash('sha256').update(text).digest('hex') })),
    rules: files.flatMap(({ file, text }) => readSuricataRules(file, text)),
    exceptions: thresholds === undefined || !existsSync(thresholds) ? [] : readThresholds(thresholds, read(thresholds)),
    parsersOff: configuration === undefined ? [] : parsersOff(configuration, read(configuration)),
  }
}

/** Protocols whose parser is off, from the YAML file or from lines `app-layer.protocols.modbus.enabled = no`. */
function parsersOff(file: string, text: string): string[] {
  const lines = [...text.matchAll(/^app-layer\.protocols\.([^.\s]+)\.enabled = (\S+)$/gm)]
  const settings =
    lines.length > 0
      ? lines.map(([, name, value]): [string, unknown] => [name ?? '', value])
      : protocolsOf(file, text).map(([name, each]): [string, unknown] => [
          name,
          (each as { enabled?: unknown })?.enabled,
        ])
  return settings.flatMap(([name, value]) => (/^(no|false|off|0|detection-only)$/i.test(String(value)) ? [name] : []))
}

function protocolsOf(file: string, text: string): [string, unknown][] {
  try {
    const document = load(text.replace(/^%YAML.*$/m, ''), { schema: CORE_SCHEMA }) as Record<string, unknown> | null
    const layer = (document?.['app-layer'] ?? {}) as { protocols?: Record<string, unknown> }
    return Object.entries(layer.protocols ?? {})
  } catch (cause) {
    throw new MonitorError(`Suricata's configuration: ${file}: ${(cause as Error).message}`, { cause })
  }
}

function ruleFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
  } catch (cause) {
    throw new MonitorError(`Suricata's rules: ${path}: ${(cause as Error).message}`, { cause })
  }
  return readdirSync(path)
    .filter((name) => name.endsWith('.rules'))
    .sort()
    .map((name) => join(path, name))
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new MonitorError(`Suricata's files: ${file}: ${(cause as Error).message}`, { cause })
  }
}
