/** What Suricata's log on the console tells; each is absent until it has been said. */
export interface SuricataFacts {
  /** `7.0.10` */
  version?: string
  ruleSet?: { version: string; digest: string; files: number }
  /** Tocsin's own rules, whether or not they are loaded. */
  tocsinRules?: { digest: string; files: number; rules: number }
  /** Rules loaded, of both sets together. */
  active?: number
  /** It listens. */
  started?: true
  /** It cannot listen, and Suricata does not end by itself then. */
  stuck?: true
  packets?: number
  drops?: number
}

/** Reads one line of the container's output; a line that tells nothing gives an empty object. */
export function parseLine(line: string): SuricataFacts {
  const version = /This is Suricata version (\S+)/.exec(line)?.[1]
  if (version !== undefined) return { version }
  const set = /^rule-set (\S+) ([0-9a-f]{64}) (\d+)$/.exec(line)
  if (set) return { ruleSet: { version: set[1] ?? '', digest: set[2] ?? '', files: Number(set[3]) } }
  const ours = /^tocsin-rules ([0-9a-f]{64}) (\d+) (\d+)$/.exec(line)
  if (ours) return { tocsinRules: { digest: ours[1] ?? '', files: Number(ours[2]), rules: Number(ours[3]) } }
  const active = /(\d+) rules successfully loaded/.exec(line)?.[1]
  if (active !== undefined) return { active: Number(active) }
  if (/\bEngine started\b/.test(line)) return { started: true }
  if (/^Error: threads: thread .* failed to start/.test(line)) return { stuck: true }
  const counted = /packets: (\d+), drops: (\d+)/.exec(line)
  if (counted) return { packets: Number(counted[1]), drops: Number(counted[2]) }
  return {}
}
