import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { chromiumNeed, findChromium } from '../../../harness/setup/chromium.ts'
import { createMachine } from './machine.ts'

const { signal } = new AbortController()
// Playwright reads this once, when it is first imported.
const browsers = mkdtempSync(join(tmpdir(), 'tocsin-browsers-'))
process.env.PLAYWRIGHT_BROWSERS_PATH = browsers

const speaks = 'echo "Chromium 140.0.1 built on Debian"'

t.test('a browser on the PATH is found, in the order of preference', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('google-chrome', 'echo "Google Chrome 139.0.2"')
  machine.addProgram('chromium', 'echo "Chromium 139.0.2"')
  const path = machine.addProgram('chromium-headless-shell', speaks)
  t.equal(await findChromium(machine.host.env), path)
  t.match(await chromiumNeed(machine.host, '/').find(signal), { ok: true, detail: `140.0.1 at ${path}` })
})

t.test('a script that only says where to get a browser is passed over', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('chromium-browser', 'echo "requires the chromium snap to be installed" >&2; exit 1')
  const path = machine.addProgram('google-chrome-stable', 'echo "Google Chrome 139.0.2"')
  t.equal(await findChromium(machine.host.env), path)
})

t.test('TOCSIN_CHROMIUM wins, and one that does not run is not replaced by another', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('chromium', speaks)
  const mine = machine.addProgram('mine', 'echo "HeadlessChrome/141.0.3"')
  t.equal(await findChromium({ ...machine.host.env, TOCSIN_CHROMIUM: mine }), mine)
  t.equal(await findChromium({ ...machine.host.env, TOCSIN_CHROMIUM: '/nowhere' }), null)
  const host = { ...machine.host, env: { ...machine.host.env, TOCSIN_CHROMIUM: '/nowhere' } }
  t.match(await chromiumNeed(host, '/').find(signal), { ok: false, steps: [{ kind: 'advice' }] })
})

t.test('the one that playwright has downloaded is found', async (t) => {
  const folder = t.testdir()
  t.teardown(() => rmSync(browsers, { recursive: true }))
  const { chromium } = await import('playwright')
  const path = chromium.executablePath()
  t.ok(path.startsWith(browsers))
  t.equal(await findChromium({ PATH: folder }), null)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${speaks}\n`)
  chmodSync(path, 0o755)
  t.equal(await findChromium({ PATH: folder }), path)
})

t.test('Debian gets its own package, Ubuntu what playwright downloads', async (t) => {
  const debian = createMachine(t)
  const step = async (host: typeof debian.host) => (await chromiumNeed(host, '/clone').find(signal)).steps
  t.match(await step(debian.host), [{ packages: ['chromium-headless-shell'] }])
  const ubuntu = createMachine(t, { osRelease: 'ID=ubuntu\nID_LIKE=debian\n' })
  ubuntu.addProgram('apt-get', '')
  t.match(await step(ubuntu.host), [{ command: /^sudo .*playwright\/cli\.js install --with-deps chromium$/ }])
})
