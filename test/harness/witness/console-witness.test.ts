// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested
import t from 'tap'
import { consoleSchema, type ConsoleSettings } from '../../../harness/plan/console.ts'
import { findChromium } from '../../../harness/setup/chromium.ts'
import { readSecrets, type Secrets } from '../../../harness/witness/console-secrets.ts'
import { ConsoleWitness } from '../../../harness/witness/console-witness.ts'
import { type ShownAlert, startConsole, type TestConsole } from './console-server.ts'

t.setTimeout(120_000)
const password = 'pa55 w0rd&"x"'
const environment = { CONSOLE_PASSWORD: password, WRONG: 'something else' }
const never = new AbortController().signal

function settings(url: string, changes: Record<string, unknown> = {}): ConsoleSettings {
  return consoleSchema.parse({
    name: 'soc',
    url,
    login: [
      { goto: '/' },
      { fill: { selector: '#user', value: 'analyst' } },
      { fill: { selector: '#password', secret: { env: 'CONSOLE_PASSWORD' } } },
      { click: 'button' },
      { waitFor: { text: 'Welcome' } },
    ],
    search: [{ goto: '/alerts?q=${client.ipv4}' }, { waitFor: { text: 'Alerts' } }],
    shows: { selector: 'tr', texts: ['${client.ipv4}', '${server.ipv4}'] },
    within: '1500ms',
    ...changes,
  })
}

const secretsOf = (given: ConsoleSettings): Promise<Secrets> => readSecrets(given, environment, (path) => path)

async function witness(given: ConsoleSettings): Promise<ConsoleWitness> {
  const secrets = await secretsOf(given)
  return new ConsoleWitness({ settings: given, secrets, findBrowser: () => findChromium(process.env), clock: Date.now })
}

const sought = (id: string, client: string, server: string) => ({
  id,
  values: new Map([
    ['client.ipv4', client],
    ['server.ipv4', server],
  ]),
})
const alert = (source: string, destination: string): ShownAlert => ({ source, destination, name: 'FIN scan' })
const isPng = (bytes: Uint8Array | null | undefined) =>
  Buffer.from(bytes ?? [])
    .subarray(1, 4)
    .toString() === 'PNG'

/** Looks for these, and gives what was seen by id. */
async function lookFor(console: TestConsole, changes: Record<string, unknown>, ...all: ReturnType<typeof sought>[]) {
  await using looking = await witness(settings(console.url, changes))
  for (const one of all) looking.look(one)
  await looking.finish(never)
  return looking.sightings
}

t.test('what the page shows is shown, what it does not is not, and pictures are kept of both', async (t) => {
  const alerts = [alert('198.18.0.21', '198.18.0.3'), alert('198.18.0.4', '198.18.0.5')]
  await using console = await startConsole(password, () => alerts)
  setTimeout(() => alerts.push(alert('198.18.0.6', '198.18.0.7')), 600)
  const seen = await lookFor(
    console,
    {},
    sought('there', '198.18.0.4', '198.18.0.5'),
    sought('late', '198.18.0.6', '198.18.0.7'),
    sought('never', '198.18.0.8', '198.18.0.9'),
    sought('of another server', '198.18.0.4', '198.18.0.50'),
    sought('part of an address', '198.18.0.2', '198.18.0.3'),
  )
  t.strictSame([...seen].map(([id, { outcome }]) => `${id}: ${outcome}`).sort(), [
    'late: shown',
    'never: not-shown',
    'of another server: not-shown',
    'part of an address: not-shown',
    'there: shown',
  ])
  for (const [id, { picture }] of seen) t.ok(isPng(picture), id)
  t.equal(console.logins, 1, 'one login is enough')
  t.notMatch(console.requests.join('\n'), 'pa55')
})

t.test('a session that has ended is begun again', async (t) => {
  await using console = await startConsole(password, () => [alert('198.18.0.4', '198.18.0.5')])
  await using looking = await witness(
    settings(console.url, {
      within: '6s',
      search: [{ goto: '/alerts?q=${client.ipv4}' }, { waitFor: { text: 'Alerts' } }],
    }),
  )
  looking.look(sought('one', '198.18.0.4', '198.18.0.5'))
  while (looking.sightings.size === 0) await new Promise((resolve) => setTimeout(resolve, 50))
  console.forget()
  looking.look(sought('two', '198.18.0.4', '198.18.0.5'))
  await looking.finish(never)
  t.equal(looking.sightings.get('two')?.outcome, 'shown')
  t.equal(console.logins, 2)
})

t.test('a console that fails is inconclusive with the reason, and no secret is told', async (t) => {
  await using console = await startConsole(password, () => [])
  const login = (secret: string, wait: object) => [
    { goto: '/' },
    { fill: { selector: '#password', secret: { env: secret } } },
    { click: 'button' },
    { waitFor: wait },
  ]
  const one = sought('one', '198.18.0.4', '198.18.0.5')
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ['a wrong password', { login: login('WRONG', { text: 'Welcome' }) }, /step 4 of the login \(waitFor\) failed/],
    [
      'a field that is not there',
      { search: [{ fill: { selector: '#nowhere', secret: { env: 'CONSOLE_PASSWORD' } } }] },
      /step 1 of the search \(fill\) failed/,
    ],
    ['nobody there', { url: 'http://127.0.0.1:1/' }, /step 1 of the login \(goto\) failed: .*ERR_/],
  ]
  for (const [name, changes, reason] of cases) {
    const seen = await lookFor(console, changes, one)
    t.match(seen.get('one'), { outcome: 'inconclusive', reason }, name)
    t.notMatch(seen.get('one')?.reason, /pa55|something else/, name)
  }
  await using blind = new ConsoleWitness({
    settings: settings(console.url),
    secrets: await secretsOf(settings(console.url)),
    findBrowser: async () => null,
    clock: Date.now,
  })
  blind.look(one)
  await blind.finish(never)
  t.match(blind.sightings.get('one'), { outcome: 'inconclusive', reason: /no Chromium was found/, at: null })
})

t.test('no picture is kept of a page that shows the secret, and no other host is asked', async (t) => {
  await using other = await startConsole(password, () => [])
  const extra = `<p>Your password is pa55 w0rd&amp;"x"</p><img src="${other.url}pixel.png">`
  await using console = await startConsole(password, () => [alert('198.18.0.4', '198.18.0.5')], extra)
  const seen = await lookFor(console, {}, sought('one', '198.18.0.4', '198.18.0.5'))
  t.match(seen.get('one'), { outcome: 'shown', picture: null, reason: /No picture was kept/ })
  t.strictSame(other.requests, [])
})

t.test('only so many trials are looked for, and an interrupted campaign waits for none', async (t) => {
  await using console = await startConsole(password, () => [])
  await using looking = await witness(settings(console.url, { atMost: 1, within: '60s' }))
  for (const id of ['one', 'two', 'three']) looking.look(sought(id, '198.18.0.4', '198.18.0.5'))
  await looking.finish(AbortSignal.abort())
  t.strictSame([...looking.sightings.keys()], ['one'])
  t.equal(looking.sightings.get('one')?.outcome, 'inconclusive')
  t.equal(looking.skipped, 2)
})
