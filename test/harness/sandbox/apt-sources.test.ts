import t from 'tap'
import { debianMirrors, parseDeb822, parseOneLine, publicMirrors } from '../../../harness/sandbox/apt-sources.ts'

t.test('one-line sources are read with options, comments and several components', async (t) => {
  const text = [
    '# deb http://old.example/debian buster main',
    'deb [arch=amd64 signed-by=/a/b.gpg] http://mirror.example/debian/ bookworm main contrib # why',
    'deb-src http://mirror.example/debian bookworm main',
    'deb   http://mirror.example/flat   ./',
    '',
  ].join('\n')
  t.strictSame(parseOneLine(text), [
    { uri: 'http://mirror.example/debian/', suites: ['bookworm'], components: ['main', 'contrib'] },
    { uri: 'http://mirror.example/flat', suites: ['./'], components: [] },
  ])
})

t.test('deb822 sources are read with comments, continued lines, several addresses and disabled stanzas', async (t) => {
  const text = [
    'Types: deb deb-src',
    '# http://snapshot.example/',
    'URIs: http://a.example/debian http://b.example/debian',
    'Suites: trixie',
    '  trixie-updates',
    'Components: main',
    'Signed-By:',
    ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
    ' .',
    ' mQINBGPL0BUBEADmW5NdOOHwPIJlgPu6JDcKw',
    '',
    'types: deb',
    'uris: http://off.example/debian',
    'suites: trixie',
    'components: main',
    'enabled: no',
    '',
    'Types: deb-src',
    'URIs: http://source.example/debian',
    'Suites: trixie',
    'Components: main',
  ].join('\n')
  t.strictSame(parseDeb822(text), [
    { uri: 'http://a.example/debian', suites: ['trixie', 'trixie-updates'], components: ['main'] },
    { uri: 'http://b.example/debian', suites: ['trixie', 'trixie-updates'], components: ['main'] },
  ])
})

t.test("Debian's archive and security archive are picked out of a host's sources", async (t) => {
  const other = { uri: 'https://packages.example/node_20.x', suites: ['nodistro'], components: ['main'] }
  const archive = {
    uri: 'https://mirror.example/debian/',
    suites: ['bookworm', 'bookworm-updates'],
    components: ['main'],
  }
  const security = { uri: 'http://mirror.example/security/', suites: ['bookworm-security'], components: ['main'] }
  t.strictSame(debianMirrors([other, security, archive]), {
    archive: 'https://mirror.example/debian',
    updates: true,
    security: 'http://mirror.example/security',
  })
  t.strictSame(debianMirrors([{ ...archive, suites: ['bookworm'] }]), {
    archive: 'https://mirror.example/debian',
    updates: false,
    security: null,
  })
  t.equal(
    debianMirrors([archive, { ...security, suites: ['bullseye/updates'] }]).security,
    'http://mirror.example/security',
  )
})

t.test("a host without a Debian archive falls back to Debian's own servers", async (t) => {
  const ubuntu = { uri: 'http://archive.ubuntu.com/ubuntu', suites: ['noble', 'noble-updates'], components: ['main'] }
  const medium = { uri: 'cdrom:[Debian 13]/', suites: ['trixie'], components: ['main'] }
  for (const sources of [[], [ubuntu], [medium]]) t.strictSame(debianMirrors(sources), publicMirrors)
})
