/** One line or stanza of apt's sources, as far as Tocsin needs it. */
export interface AptSource {
  uri: string
  suites: string[]
  components: string[]
}

/** Where Debian's packages come from: the archive and, where the host names one, the security archive. */
export interface DebianMirrors {
  archive: string
  /** Whether the archive has the suite of stable updates. */
  updates: boolean
  security: string | null
}

/** What Debian itself serves. */
export const publicMirrors: DebianMirrors = {
  archive: 'http://deb.debian.org/debian',
  updates: true,
  security: 'http://deb.debian.org/debian-security',
}

/** Reads a `.list` file: `deb [options] uri suite component...`; source packages and comments are left out. */
export function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const bare = line.replace(/#.*/, '').trim()
    const match = /^deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)\s*(.*)$/.exec(bare)
    if (!match) return []
    const [, uri = '', suite = '', components = ''] = match
    return [{ uri, suites: [suite], components: words(components) }]
  })
}

/** Reads a `.sources` file (deb822): stanzas of `Key: value`, continued by lines that start with a blank. */
export function parseDeb822(text: string): AptSource[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'))
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const fields = new Map<string, string>()
      let key = ''
      for (const line of stanza.split('\n')) {
        const match = /^([A-Za-z-]+):(.*)$/.exec(line)
        if (match) {
          key = (match[1] ?? '').toLowerCase()
          fields.set(key, match[2] ?? '')
        } else if (/^\s/.test(line) && key !== '') {
          fields.set(key, `${fields.get(key) ?? ''} ${line}`)
        }
      }
      const enabled = !/^\s*(no|false|without|off|disable)\s*$/i.test(fields.get('enabled') ?? '')
      if (!enabled || !words(fields.get('types') ?? '').includes('deb')) return []
      const suites = words(fields.get('suites') ?? '')
      const components = words(fields.get('components') ?? '')
      return words(fields.get('uris') ?? '').map((uri) => ({ uri, suites, components }))
    })
}

/**
 * Picks Debian's archive out of a host's sources: a `main` component, and a suite that is one of Debian's. Hosts of other
 * distributions have none, so Debian's own servers are used.
 */
export function debianMirrors(sources: readonly AptSource[]): DebianMirrors {
  const usable = sources.filter(
    ({ uri, suites, components }) => /^https?:/.test(uri) && components.includes('main') && suites.some(isDebianSuite),
  )
  const security = usable.find(({ suites }) => suites.some(isSecurity))
  const archive = usable.find(({ suites }) => !suites.some(isSecurity))
  if (!archive) return publicMirrors
  const updates = usable.some(
    ({ uri, suites }) => uri === archive.uri && suites.some((one) => one.endsWith('-updates')),
  )
  return { archive: bare(archive.uri), updates, security: security ? bare(security.uri) : null }
}

const releases = [
  'buster',
  'bullseye',
  'bookworm',
  'trixie',
  'forky',
  'duke',
  'sid',
  'oldoldstable',
  'oldstable',
  'stable',
  'testing',
  'unstable',
]

function isDebianSuite(suite: string): boolean {
  return releases.includes(suite.split(/[-/]/)[0] ?? '')
}

function isSecurity(suite: string): boolean {
  return suite.includes('security') || suite.endsWith('/updates')
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

function bare(uri: string): string {
  return uri.replace(/\/+$/, '')
}
