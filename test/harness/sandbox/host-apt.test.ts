import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { debianMirrors } from '../../../harness/sandbox/apt-sources.ts'
import { parseAptConfig, readHostApt, readSources } from '../../../harness/sandbox/host-apt.ts'

t.test(
  'proxies, transports and checks are taken from the dump of apt; what names files of the host is not',
  async (t) => {
    const dump = [
      'APT::Architecture "amd64";',
      'Acquire "";',
      'Acquire::http "";',
      'Acquire::http::Proxy "http://user:secret@proxy.example:3128/";',
      'Acquire::http::Proxy::mirror.example "DIRECT";',
      'Acquire::https::Proxy "DIRECT";',
      'Acquire::https::CaInfo "/etc/company.pem";',
      'Acquire::https::SslKey "/etc/secret.key";',
      'Acquire::http::Proxy-Auto-Detect "/usr/bin/detect";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::Retries "3";',
    ].join('\n')
    t.strictSame(parseAptConfig(dump), {
      proxies: { http: 'http://user:secret@proxy.example:3128/', https: null },
      certificateFile: '/etc/company.pem',
      settings: [
        'Acquire::http::Proxy::mirror.example "DIRECT";\n',
        'Acquire::Check-Valid-Until "false";\n',
        'Acquire::Retries "3";\n',
      ].join(''),
    })
  },
)

t.test('sources of both formats are read from a folder, and mirror lists are looked into', async (t) => {
  const folder = t.testdir({
    'debian.list': 'https://cdn.example/debian\thttp://other.example\n',
    apt: { 'sources.list': 'deb http://one.example/debian trixie main\n' },
  })
  const list = join(folder, 'debian.list')
  const parts = join(folder, 'apt/sources.list.d')
  mkdirSync(parts, { recursive: true })
  writeFileSync(
    join(parts, 'debian.sources'),
    `Types: deb\nURIs: mirror+file://${list}\nSuites: trixie\nComponents: main\n`,
  )
  writeFileSync(join(parts, 'old.list.save'), 'deb http://saved.example/debian trixie main\n')
  const uris = (await readSources(join(folder, 'apt'))).map(({ uri }) => uri)
  t.strictSame(uris.sort(), ['http://one.example/debian', 'https://cdn.example/debian'])
})

t.test('a folder that is not there has no sources', async (t) => {
  t.strictSame(await readSources('/nonexistent/apt'), [])
})

t.test('the settings of this very host can be read', async (t) => {
  const host = await readHostApt(new AbortController().signal)
  t.match(host.mirrors.archive, /^https?:\/\/\S+$/)
  t.strictSame(host.mirrors, debianMirrors(await readSources('/etc/apt')))
})
