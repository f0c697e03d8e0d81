import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'
import { silentEngine } from './silent-engine.ts'
import { smallLibrary } from './small-library.ts'
import { tocsin } from './tocsin.ts'

const campaign = `name: mine
title: A campaign of mine
`
const bomb = `a: &a [x, x, x, x, x, x, x, x, x]
${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(', ')}]`).join('\n')}
`

/** Files that the cases below name. */
async function workplace(folder: string): Promise<string> {
  await smallLibrary(join(folder, 'library'))
  const files: Record<string, string | Uint8Array> = {
    'unknown-key.yaml': `${campaign}wihndow: 3s\n`,
    'bad-value.yaml': `${campaign}trials: none\n`,
    'expired.yaml': `${campaign}authorisation: { by: Head of SOC, reference: CHG-1, validUntil: 2020-01-31 }\n`,
    'cycle.yaml': 'name: &name [*name]\ntitle: x\n',
    'bomb.yaml': bomb,
    'large.yaml': new Uint8Array(10_000_000).fill(0x23),
    'monitors-type.yaml': '- { type: suricata-evee, name: mine, path: eve.json }\n',
    'monitors-setting.yaml': '- { type: suricata-eve, name: mine, paht: eve.json }\n',
    'monitors-none.yaml': '[]\n',
    'monitors-good.yaml': '- { type: suricata-eve, name: mine, path: eve.json }\n',
    'outside/malformed/stray.yaml': 'id: stray\nstimulus: {}\n',
    'broken/malformed/stray.yaml': 'id: stray\nstimulus: { generator: pakets, with: {} }\n',
    'full/keep.txt': 'mine',
  }
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  await smallLibrary(join(folder, 'linked'))
  await symlink(join(folder, 'outside/malformed/stray.yaml'), join(folder, 'linked/malformed/stray.yaml'))
  return folder
}

const library = ['--scenarios', 'library']
const own = (file: string) => ['run', ...library, '--mirror', 'lo', '--monitors', file]

/** What is typed, and what standard error must say. */
const cases: [string, string[], RegExp][] = [
  ['an unknown command', ['lisst'], /unknown command 'lisst'; did you mean "list"\?/],
  ['an unknown option', ['list', '--jsn'], /unknown option '--jsn'; did you mean "--json"\?/],
  [
    'a bad number',
    ['run', '--trials', 'many'],
    /--trials <n>' argument 'many' is invalid\. Give a whole number from 1 to/,
  ],
  ['a number out of range', ['plan', '--trials', '0'], /Give a whole number from 1 to 1000/],
  [
    'rules that there are not',
    ['run', '--rules', 'ours'],
    /--rules <set>' argument 'ours' is invalid\. Allowed choices are/,
  ],
  [
    "rules for a stack that is not Tocsin's",
    ['run', ...library, '--rules', 'shipped', '--mirror', 'lo', '--monitors', 'monitors-good.yaml'],
    /--rules is for the embedded Suricata, but the campaign names monitors of its own/,
  ],
  ['an option without its value', ['run', '--seed'], /--seed <text>' argument missing/],
  ['an empty list', ['plan', '--only', ','], /Give at least one value/],
  ['too many operands', ['list', 'tcp-null-scan'], /too many arguments/],
  ['a missing operand', ['show'], /missing required argument 'scenario'/],
  [
    'an unknown scenario',
    ['show', ...library, 'tcp-nul-scan'],
    /unknown scenario "tcp-nul-scan"; did you mean "tcp-null-scan"\?/,
  ],
  [
    'an unknown scenario to play',
    ['run', ...library, '--only', 'tcp-nul-scan'],
    /--only: "tcp-nul-scan" matches no scenario; did you mean "tcp-null-scan"\?/,
  ],
  [
    'an unknown clause',
    ['list', ...library, '--clause', 'malformd'],
    /--clause: unknown clause "malformd"; did you mean "malformed"\?/,
  ],
  ['an unknown technique', ['run', ...library, '--technique', 'T0'], /--technique: "T0" matches no scenario/],
  ['an unknown case', ['render', ...library, 'tcp-fin-scan-services', '--case', 'port=23'], /has no case "port=23"/],
  ['an unknown format', ['run', ...library, '--format', 'htm'], /unknown format "htm"; did you mean "html"\?/],
  ['an unknown format of a report', ['report', '--format', 'xlsx'], /unknown format "xlsx"/],
  ['an unknown schema', ['schema', 'scenarios'], /unknown schema "scenarios"; did you mean "scenario"\?/],
  ['an unknown purpose', ['setup', '--for', 'fun'], /Allowed choices are run, test, bench, pdf/],
  ['a campaign that is not there', ['run', 'nowhere.yaml'], /nowhere\.yaml: no such file/],
  ['a scenario folder that is not there', ['run', '--scenarios', 'nowhere'], /nowhere: no such file/],
  ['a run that is not there', ['report', 'nowhere'], /nowhere holds no record \(no run\.json\)/],
  [
    'an unknown key',
    ['run', ...library, 'unknown-key.yaml'],
    /unknown-key\.yaml:3:1: unknown key "wihndow"; did you mean "window"\?/,
  ],
  ['an impossible value', ['run', ...library, 'bad-value.yaml'], /bad-value\.yaml:3:9: /],
  ['a file of 10 MB', ['run', ...library, 'large.yaml'], /large\.yaml: has 10000000 bytes, the limit is 1000000 bytes/],
  ['an alias bomb', ['run', ...library, 'bomb.yaml'], /bomb\.yaml.*alias/],
  ['a cycle', ['run', ...library, 'cycle.yaml'], /cycle\.yaml/],
  [
    'a scenario linked from outside the folder',
    ['run', '--scenarios', 'linked'],
    /stray\.yaml: is a link that leads out of the scenario folder "linked"/,
  ],
  [
    'a scenario outside the folder',
    ['validate', ...library, 'outside/malformed/stray.yaml'],
    /lies outside of the scenario folder "library"/,
  ],
  [
    'an unknown generator',
    ['run', '--scenarios', 'broken'],
    /broken\/malformed\/stray\.yaml:2:\d+: .*"pakets".*did you mean "packets"\?/,
  ],
  [
    'an authorisation that has run out',
    ['run', ...library, 'expired.yaml'],
    /authorisation CHG-1 by Head of SOC was valid until 2020-01-31/,
  ],
  [
    'an unknown kind of monitor',
    own('monitors-type.yaml'),
    /unknown type "suricata-evee"; did you mean "suricata-eve"\?/,
  ],
  ['a monitor with an unknown setting', own('monitors-setting.yaml'), /monitor "mine" \(suricata-eve\): .*paht/],
  ['no monitor at all', own('monitors-none.yaml'), /names no monitor/],
  [
    'a name that no interface has',
    ['run', ...library, '--mirror', 'a/b'],
    /--mirror: "a\/b" is no name of a network interface/,
  ],
  ['an --out that holds something else', ['run', ...library, '--out', 'full'], /--out .*full: holds "keep\.txt"/],
]

t.test('bad input is one clear message and exit code 2, and nothing is started', { jobs: 2 }, async (t) => {
  const cwd = await workplace(t.testdir())
  const engine = await silentEngine()
  t.teardown(() => engine[Symbol.asyncDispose]())
  for (const [what, args, message] of cases)
    t.test(what, { buffered: true }, async (t) => {
      const { code, stdout, stderr } = await tocsin(args, { cwd, env: engine.env })
      t.equal(code, 2)
      t.match(stderr, message)
      t.match(stderr, /^tocsin: /)
      t.notMatch(stderr, /\n {4}at /, 'no stack')
      t.equal(stdout, '')
      t.equal(engine.knocks(), 0, 'the engine is left alone')
    })
})

t.test('an engine that is not there is exit code 2 with advice', async (t) => {
  const cwd = await workplace(t.testdir())
  const args = ['run', ...library, '--runs', join(cwd, 'runs')]
  const { code, stderr } = await tocsin(args, { cwd, env: { DOCKER_HOST: `unix://${join(cwd, 'nothing.sock')}` } })
  t.equal(code, 2)
  t.match(stderr, /nothing\.sock/)
})
