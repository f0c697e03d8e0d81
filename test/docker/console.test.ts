// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of a campaign
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readRecord } from '../../harness/evidence/read.ts'
import { tocsin } from '../cli/tocsin.ts'
import { type ShownAlert, startConsole } from '../harness/witness/console-server.ts'
import { ownSuricata, withoutRoot } from './own-suricata.ts'

t.setTimeout(240_000)
const password = 'correct horse battery'

/** The alerts that a sensor has written until now. */
async function alertsIn(eve: string): Promise<ShownAlert[]> {
  const lines = (await readFile(eve, 'utf8')).split('\n').slice(0, -1)
  return lines.flatMap((line) => {
    const {
      event_type: type,
      src_ip: source,
      dest_ip: destination,
      alert,
    } = JSON.parse(line) as {
      event_type: string
      src_ip: string
      dest_ip: string
      alert: { signature: string }
    }
    return type === 'alert' ? [{ source, destination, name: alert.signature }] : []
  })
}

const campaign = (url: string) => `name: watched
title: Watched on the console
scenarios: { ids: [icmp-unknown-type, tcp-fin-scan, tcp-null-scan] }
monitors: [{ type: suricata-eve, name: soc-suricata, path: eve/eve.json }]
console:
  name: soc
  url: ${url}
  login:
    - goto: /
    - fill: { selector: '#user', value: analyst }
    - fill: { selector: '#password', secret: { env: SOC_PASSWORD } }
    - click: button
    - waitFor: { text: Welcome }
  search:
    - goto: '/alerts?q=\${client.ipv4}'
    - waitFor: { text: Alerts }
  shows: { selector: tr, texts: ['\${client.ipv4}', '\${server.ipv4}'] }
  within: 4s
`

t.test(
  'a console that lists the alerts of a real sensor is looked at after the trials',
  { skip: withoutRoot },
  async (t) => {
    const cwd = t.testdir()
    const eve = join(cwd, 'eve')
    const suricata = await ownSuricata(t, eve)
    await using console = await startConsole(password, () => alertsIn(join(eve, 'eve.json')))
    await writeFile(join(cwd, 'watched.yaml'), campaign(console.url))
    const args = [
      'run',
      'watched.yaml',
      '--mirror',
      suricata.mirror,
      '--out',
      'one-run',
      '--format',
      'html,csv,markdown',
    ]

    const without = await tocsin(args, { cwd })
    t.match(without, { code: 2, stderr: /environment variable SOC_PASSWORD, which the console needs, is not set/ })
    t.equal(console.requests.length, 0, 'nothing was started')

    const { code, stdout, stderr } = await tocsin([...args, '--redact', 'for-others'], {
      cwd,
      env: { SOC_PASSWORD: password },
    })
    t.equal(code, 1, `${stdout}${stderr}`)
    const { run, trials } = await readRecord(join(cwd, 'one-run'))
    t.same(
      trials.map(({ id, verdict, console: seen }) => `${id} ${verdict} ${seen?.outcome ?? '-'}`),
      [
        'icmp-unknown-type[]/stimulus/1 detected shown',
        'icmp-unknown-type[]/control/1 quiet -',
        'tcp-fin-scan[]/stimulus/1 detected shown',
        'tcp-fin-scan[]/control/1 quiet -',
        'tcp-null-scan[]/stimulus/1 missed not-shown',
        'tcp-null-scan[]/control/1 quiet -',
      ],
    )
    t.match(run.console, { name: 'soc', shown: 2, notShown: 1, inconclusive: 0, skipped: 0 })
    t.equal(console.logins, 1)
    for (const { console: seen } of trials) {
      if (!seen) continue
      const picture = await readFile(join(cwd, 'one-run', seen.screenshot ?? ''))
      t.equal(picture.subarray(1, 4).toString(), 'PNG', seen.screenshot ?? '')
    }
    const html = await readFile(join(cwd, 'one-run', 'report.html'), 'utf8')
    t.match(html, /console soc showed it: <a href="evidence\/console\/icmp-unknown-type/)
    t.match(html, /it showed 2, did not show 1/)
    for (const text of [stdout, stderr, ...(await everyText(cwd, ['one-run', 'for-others', 'watched.yaml']))])
      t.notMatch(text, /correct(%20|\+| )horse/, 'the password is nowhere')

    t.equal((await tocsin(['verify', 'one-run'], { cwd })).code, 0)
    const copy = await readRecord(join(cwd, 'for-others'))
    t.notMatch(copy.run.console?.url, '127.0.0.1')
    t.equal(copy.run.redaction?.withheld.filter(({ path }) => path.endsWith('.png')).length, 3, 'pictures are withheld')
    t.equal((await tocsin(['verify', 'for-others'], { cwd })).code, 0)
    const [picture = ''] = await readdir(join(cwd, 'one-run', 'evidence', 'console'))
    await writeFile(join(cwd, 'one-run', 'evidence', 'console', picture), 'another picture')
    t.match(await tocsin(['verify', 'one-run'], { cwd }), { code: 1, stdout: /png" was altered/ })
    await suricata.stop()
  },
)

async function everyText(cwd: string, names: readonly string[]): Promise<string[]> {
  const texts: string[] = []
  for (const name of names) {
    if (name.endsWith('.yaml')) texts.push(await readFile(join(cwd, name), 'latin1'))
    else
      for (const entry of await readdir(join(cwd, name), { recursive: true, withFileTypes: true }))
        if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), 'latin1'))
  }
  return texts
}
