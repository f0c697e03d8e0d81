// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import t, { type Test } from 'tap'
import { InputError } from '../../../harness/errors.ts'
import { loadLibrary } from '../../../harness/scenario/load.ts'
import { inRoles } from '../../../harness/scenario/roles.ts'
import { changed, generators } from './fixture.ts'

/** The good scenario with a baseline of these lines in front of its stimulus. */
const withBaseline = (lines: string, ...more: [from: string, to: string][]) =>
  changed(['stimulus:\n', `baseline:\n${lines}stimulus:\n`], ...more)

const taught = `  - note: what is always said
    count: 3
    roles: { server: known }
    teaches: ['host \${server.ipv4}', plain]
    generator: parts
    with: { parts: [plain] }
`

function load(t: Test, text: string) {
  const folder = t.testdir({ extraneous: { 'stray-fin.yaml': text } })
  return loadLibrary(folder, generators)[0]
}

function problems(t: Test, text: string): string[] {
  try {
    load(t, text)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.message.split('\n').map((line) => line.replace(/^.*stray-fin\.yaml/, ''))
  }
  return []
}

t.test('a baseline loads with its roles, its counts and what it teaches, in every case', async (t) => {
  const matrix = 'matrix: { word: [one, two] }\n'
  const text = withBaseline(taught.replace('[plain]', "['${matrix.word}']").replace(', plain]', ", '${matrix.word}']"))
  const loaded = load(t, text + matrix)
  t.match(loaded?.baseline, [{ note: 'what is always said', count: 3, roles: { server: 'known' } }])
  t.match(
    loaded?.cases.map(({ baseline }) => baseline),
    [
      [{ with: { parts: ['one'] }, teaches: ['host ${server.ipv4}', 'one'] }],
      [{ with: { parts: ['two'] }, teaches: ['host ${server.ipv4}', 'two'] }],
    ],
  )
  t.match(load(t, changed()), { baseline: [], cases: [{ baseline: [] }] }, 'most scenarios have none')
})

t.test('the twin may be played by other hosts, where there is a baseline', async (t) => {
  const loaded = load(t, withBaseline(taught, ['control:\n', 'control:\n  roles: { server: known }\n']))
  t.same(loaded?.cases[0]?.control.roles, { server: 'known' })
  t.equal(loaded?.cases[0]?.stimulus?.roles, undefined)
})

const placeholder = '${matrix.word}'

const refused: [what: string, text: string, ...lines: string[]][] = [
  [
    'an unknown key',
    withBaseline(taught.replace('count: 3', 'cuont: 3')),
    ':8:5: unknown key "cuont"; did you mean "count"?',
  ],
  [
    'no words',
    withBaseline(taught.replace('note: what is always said\n    ', '')),
    ':7:5: missing key "note" in "baseline[0]"',
  ],
  [
    'no conversation',
    withBaseline(taught.replace('count: 3', 'count: 0')),
    ':8:12: baseline[0].count: must be at least 1, found 0',
  ],
  [
    'a host that nobody is',
    withBaseline(taught.replace('server: known', 'server: knwon')),
    ':9:22: baseline[0].roles.server: "knwon" is not allowed; did you mean "known"?',
  ],
  [
    'one host as both ends',
    withBaseline(taught.replace('server: known', 'server: client')),
    ':9:12: baseline[0].roles: makes one host both ends; name two different ones of client, server and known',
  ],
  [
    'a generator that does not exist',
    withBaseline(taught.replace('generator: parts', 'generator: prats')),
    ':11:16: unknown generator "prats"; did you mean "parts"?',
  ],
  [
    'parameters that the generator refuses',
    withBaseline(taught.replace('[plain] }', '[refuse me] }')),
    ':12:21: baseline[0].with: parts[0]: cannot be made into a packet',
  ],
  [
    'parameters that make no packets',
    withBaseline(taught.replace('[plain] }', '[nothing] }')),
    ':12:11: baseline[0].with: generator "parts" makes no packets of it',
  ],
  [
    'a name that no trial has in what it teaches',
    withBaseline(taught.replace('server.ipv4', 'server.ipv9')),
    ':10:15: baseline[0].teaches[0]: unknown name "${server.ipv9}"; did you mean "server.ipv4"?',
  ],
  [
    'a matrix name in its words',
    `${withBaseline(taught.replace('always said', placeholder))}matrix: { word: [one] }\n`,
    ':7:11: ${matrix.word} cannot stand here; use it in with, rules and fields',
  ],
  [
    'the stimulus itself',
    withBaseline(
      taught
        .replace('    roles: { server: known }\n', '')
        .replace('{ parts: [plain] }', '{ port: 22, parts: [{ kind: text, text: odd }] }'),
    ),
    ':7:5: baseline[0]: is the stimulus itself, which then is no longer new; teach what is ordinary',
  ],
  [
    'roles of a stimulus and a control without a baseline',
    changed(
      ['stimulus:\n', 'stimulus:\n  roles: { server: known }\n'],
      ['control:\n', 'control:\n  roles: { client: known }\n'],
    ),
    ':7:10: stimulus.roles: only a scenario with a baseline has a known host; remove it or write a baseline',
    ':13:10: control.roles: only a scenario with a baseline has a known host; remove it or write a baseline',
  ],
  [
    'a twin that is the stimulus with the same hosts',
    withBaseline(taught, [
      '    parts: [{ kind: zeros, count: 3 }, plain]',
      '    port: 22\n    parts: [{ kind: text, text: odd }]',
    ]),
    ':19:3: control: is the same as the stimulus; it must be the same protocol done right',
  ],
]

for (const [what, text, ...lines] of refused) t.test(`refused: ${what}`, async (t) => t.same(problems(t, text), lines))

t.test('hosts play the roles that they are given, each conversation from a port of its own', async (t) => {
  const host = (number: number) => ({
    mac: `02:54:00:00:00:0${number}`,
    ipv4: `192.0.2.${number}`,
    ipv6: `2001:db8::${number}`,
    port: 80,
  })
  const identity = { marker: '0123abcd', client: { ...host(1), port: 40_000 }, server: host(2) }
  const ends = (roles: Parameters<typeof inRoles>[2]) => {
    const { client, server, marker } = inRoles(identity, host(3), roles, 41_000)
    return [client.ipv4, client.port, server.ipv4, server.port, marker]
  }
  t.same(ends(undefined), ['192.0.2.1', 41_000, '192.0.2.2', 80, '0123abcd'])
  t.same(ends({ server: 'known' }), ['192.0.2.1', 41_000, '192.0.2.3', 80, '0123abcd'])
  t.same(ends({ client: 'known' }), ['192.0.2.3', 41_000, '192.0.2.2', 80, '0123abcd'])
  t.same(ends({ client: 'server', server: 'client' }), ['192.0.2.2', 41_000, '192.0.2.1', 80, '0123abcd'])
})
