import type { RedactedKind, Redaction } from '../harness/evidence/record.ts'
import { counted } from './format.ts'

const names: Record<RedactedKind, readonly [one: string, many: string]> = {
  ipv4: ['IPv4 address', 'IPv4 addresses'],
  ipv6: ['IPv6 address', 'IPv6 addresses'],
  mac: ['MAC address', 'MAC addresses'],
  host: ['host name', 'host names'],
  user: ['user name', 'user names'],
  flow: ['community id', 'community ids'],
  payload: ['payload', 'payloads'],
}

/** What a redacted copy says of itself, in sentences; nothing for an original. */
export function redactionWords(redaction: Redaction | undefined): string[] {
  if (!redaction) return []
  const { of, manifest, replaced, withheld } = redaction
  const counts = replaced.map(({ kind, values, places }) => {
    const [one, many] = names[kind]
    return `${counted(values, one, many)} in ${counted(places, 'place')}`
  })
  const list = counts.length > 0 ? counts.join(', ') : 'none was found'
  return [
    `This is a redacted copy of run ${of}, whose manifest has the SHA-256 ${manifest}. Tokens stand for addresses and for names of hosts and users; the same value has the same token throughout: ${list}.`,
    ...(withheld.length > 0
      ? [
          `${counted(withheld.length, 'file')} of packets and pictures ${withheld.length === 1 ? 'is' : 'are'} not in this copy; run.json has their digests. Verdicts, counts and times are those of the original.`,
        ]
      : []),
  ]
}
