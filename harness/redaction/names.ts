import { isIP } from 'node:net'
import type { WholeRecord } from '../evidence/record.ts'

/** Names that are to be replaced, as they were written. */
export interface Names {
  hosts: Set<string>
  users: Set<string>
}

/** Keys under which monitoring stacks keep host names: EVE, laurel, ECS, Windows events, OCSF. */
const hostKeys = new Set(
  'host hostname host_name rrname sni server_name computer computername node fqdn domain helo mdns name.host dns.question.name'.split(
    ' ',
  ),
)
/** Keys under which they keep user names; laurel writes translated ones in capitals. */
const userKeys = new Set(
  'user username user_name login acct account auid uid euid suid fsuid ouid subjectusername targetusername mail_from rcpt_to'.split(
    ' ',
  ),
)
/** Accounts that every Debian has (base-passwd) and words for no account: they say nothing about anybody. */
const everywhere = new Set(
  'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc _apt nobody systemd-network messagebus sshd unset unknown localhost'.split(
    ' ',
  ),
)

/** Names longer than this are none, characters: attacks send longer ones than RFC 1035 allows. */
const longest = 4096

/** Finds the host and user names of a record: by the keys that hold them, in URLs, and in paths of home folders. */
export function namesIn({ run, trials, observations }: WholeRecord): Names {
  const names: Names = { hosts: new Set(), users: new Set() }
  if (run.console) collectUrls(run.console.url, names)
  if (run.authorisation) add(names.users, run.authorisation.by)
  for (const { raw } of observations) collect(raw, '', names)
  for (const { proof } of trials)
    for (const text of proof.process?.arguments ?? []) {
      collectUrls(text, names)
      collectHomes(text, names)
    }
  for (const text of [...(run.campaign.arguments ?? []), ...run.problems, ...trials.map(({ reason }) => reason)]) {
    collectHomes(text, names)
    collectUrls(text, names)
  }
  // A marker belongs to a trial, and to no host: it is kept.
  for (const { identity } of trials) names.hosts.delete(identity.marker)
  return names
}

/** Adds the names that any JSON value holds. */
export function collect(value: unknown, key: string, names: Names): void {
  if (Array.isArray(value)) for (const item of value) collect(item, key, names)
  else if (typeof value === 'object' && value !== null)
    for (const [inner, item] of Object.entries(value)) collect(item, inner.toLowerCase(), names)
  else if (typeof value === 'string') {
    if (hostKeys.has(key)) add(names.hosts, value.replace(/:\d+$/, '').replace(/\.$/, ''))
    if (userKeys.has(key)) add(names.users, value)
    collectUrls(value, names)
    collectHomes(value, names)
  }
}

function collectUrls(text: string, { hosts }: Names): void {
  for (const [, host = ''] of text.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@"']*@)?([^\s/:?#"'@<>[\]]+)/gi))
    add(hosts, host)
}

function collectHomes(text: string, { users }: Names): void {
  for (const [, user = ''] of text.matchAll(/\/(?:home|Users)\/([\w.-]+)/g)) add(users, user)
}

function add(names: Set<string>, name: string): void {
  const given = name.trim()
  if (given.length < 2 || given.length > longest || /^[\d\W_]+$/.test(given) || everywhere.has(given.toLowerCase()))
    return
  if (isIP(given) === 0) names.add(given)
}
