// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parseCampaign } from '../../../harness/plan/campaign.ts'
import { consoleSchema } from '../../../harness/plan/console.ts'
import { readSecrets } from '../../../harness/witness/console-secrets.ts'

const good = `name: mine
title: Mine
console:
  name: soc
  url: https://siem.corp.test/
  login:
    - goto: /login
    - fill: { selector: '#user', value: analyst }
    - fill: { selector: '#password', secret: { env: SIEM_PASSWORD } }
    - click: 'button[type=submit]'
    - waitFor: { text: Alerts }
  search:
    - goto: '/alerts?q=\${client.ipv4}'
    - waitFor: { selector: table }
    - screenshot: page
  shows: { selector: tr, texts: ['\${client.ipv4}', '\${server.ipv4}'] }
`.replaceAll('\\$', '$')

const parse = (text: string) => parseCampaign({ file: 'c.yaml', text, digest: '' }).campaign

t.test('a console is part of a campaign, and what is wrong is told with its place', async (t) => {
  t.match(parse(good).console, { name: 'soc', within: 10_000, each: 'scenario', atMost: 200 })
  const cases: [string, string, string, RegExp][] = [
    [
      'an unknown key',
      'waitFor: { selector',
      'waitfor: { selector',
      /c.yaml:14:7: unknown key "waitfor"; did you mean "waitFor"/,
    ],
    ['an unknown key below', 'secret: {', 'sceret: {', /c.yaml:9:\d+: unknown key "sceret"; did you mean "secret"/],
    ['two steps in one', '- goto: /login', '- { goto: /login, click: b }', /c.yaml:7:7: .*give one of goto/],
    ['a secret from nowhere', '{ env: SIEM_PASSWORD }', '{}', /c.yaml:9:\d+: .*either env or file/],
    ['a variable that is none', 'SIEM_PASSWORD', "'a b'", /name of an environment variable/],
    [
      'value and secret',
      "{ selector: '#user', value: analyst }",
      "{ selector: '#user', value: x, secret: { env: X } }",
      /either value or secret/,
    ],
    [
      'an unknown placeholder',
      'q=${client.ipv4}',
      'q=${client.ip4}',
      /c.yaml:13:7: .*did you mean "\$\{client.ipv4\}"/,
    ],
    ['a placeholder in the login', 'goto: /login', "goto: '/${marker}'", /c.yaml:7:7: .*nothing of a trial is known/],
    ['another host', 'goto: /login', 'goto: https://other.test/login', /c.yaml:7:13: .*leads away/],
    ['no web page', 'https://siem', 'ftp://siem', /c.yaml:5:8: .*http/],
    [
      'what every page shows',
      "['${client.ipv4}', '${server.ipv4}']",
      '[Alert]',
      /c.yaml:16:\d+: .*same for every trial/,
    ],
    ['no search', good.slice(good.indexOf('  search'), good.indexOf('  shows')), '', /missing key "search"/],
  ]
  for (const [name, from, to, expected] of cases) {
    t.ok(good.includes(from), name)
    t.throws(() => parse(good.replace(from, to)), { code: 'BAD_INPUT', message: expected }, name)
  }
})

t.test('secrets come from the environment or from a file that nobody else reads, and never empty', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'secret')
  await writeFile(file, 'from a file\n', { mode: 0o600 })
  const settings = (secret: object) =>
    consoleSchema.parse({ name: 'soc', url: 'http://a/', search: [{ fill: { selector: 'x', secret } }] })
  const read = (secret: object, env: Record<string, string> = {}) =>
    readSecrets(settings(secret), env, (path) => join(folder, path))
  t.equal((await read({ env: 'A' }, { A: 'from outside' })).of({ env: 'A' }), 'from outside')
  t.equal((await read({ file: 'secret' })).of({ file: 'secret' }), 'from a file')
  const { hide, isIn } = await read({ env: 'A' }, { A: 'a&b "c"' }).then((all) => ({
    hide: all.hide.bind(all),
    isIn: all.isIn.bind(all),
  }))
  t.equal(hide('x a&b "c" y a%26b%20%22c%22 z a&b \\"c\\"'), 'x [secret] y [secret] z [secret]')
  t.ok(isIn('x a&b "c" y'))
  await t.rejects(read({ env: 'A' }), { code: 'BAD_INPUT', message: /environment variable A.*not set/ })
  await t.rejects(read({ env: 'A' }, { A: '' }), /is empty/)
  await t.rejects(read({ file: 'nothing' }), /cannot read/)
  await chmod(file, 0o644)
  await t.rejects(read({ file: 'secret' }), /chmod 600/)
})
