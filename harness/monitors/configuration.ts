/** A rule as it stands in a file of the product's. */
export interface RuleState {
  /** Its id, as alerts carry it. */
  rule: string
  /** The file, as its owner knows it, and the line, from 1. */
  file: string
  line: number
  isEnabled: boolean
  /** Why it is not enabled, as a clause: `it is commented out`. Null while it is. */
  why: string | null
  /** The protocol that it is for, as the product names it; null where rules have none. */
  protocol: string | null
}

/** What keeps a rule from alerting though it matches. */
export interface RuleException {
  /** The rule's id; `*` for all. */
  rule: string
  file: string
  line: number
  /** The product's own word: `suppress`, `threshold`. */
  kind: string
  /** The line as it stands there. */
  text: string
}

/** What a monitor's product works with, as far as its files tell. */
export interface MonitorConfiguration {
  /** Rule files with the SHA-256 of their contents, hex. */
  files: { file: string; digest: string }[]
  rules: RuleState[]
  exceptions: RuleException[]
  /** Protocols whose parser is switched off. */
  parsersOff: string[]
}

/** The same with files named as somebody else knows them. */
export function renamed(configuration: MonitorConfiguration, rename: (file: string) => string): MonitorConfiguration {
  const there = <Some extends { file: string }>(one: Some): Some => ({ ...one, file: rename(one.file) })
  return {
    ...configuration,
    files: configuration.files.map(there),
    rules: configuration.rules.map(there),
    exceptions: configuration.exceptions.map(there),
  }
}
