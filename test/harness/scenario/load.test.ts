import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { InputError } from '../../../harness/errors.ts'
import { libraryIds, loadById, loadLibrary, loadScenario } from '../../../harness/scenario/load.ts'
import { changed, generators, good, legal } from './fixture.ts'

type Tree = { [name: string]: Tree | string }

/** The lines of the error that a library raises, its folder written as `scenarios`. */
function linesOf(folder: string, act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    if (error.exitCode !== 2 || error.code !== 'BAD_INPUT') throw error
    return error.message.replaceAll(folder, 'scenarios').split('\n')
  }
  return ['no error']
}

function refused(t: Test, tree: Tree): string[] {
  const folder = t.testdir(tree)
  return linesOf(folder, () => loadLibrary(folder, generators))
}

/** The lines for one file at the place where the good scenario belongs, without the file's name. */
function refusedText(t: Test, text: string | Buffer): string[] {
  const folder = t.testdir({ extraneous: { 'stray-fin.yaml': text } })
  const lines = linesOf(folder, () => loadLibrary(folder, generators))
  return lines.map((line) => line.replace('scenarios/extraneous/stray-fin.yaml', ''))
}

t.test('a good file loads with defaults, one case, a digest and its path', async (t) => {
  const folder = t.testdir({ extraneous: { 'stray-fin.yaml': good }, 'README.md': 'not a scenario' })
  const [scenario, ...others] = loadLibrary(folder, generators)
  t.equal(others.length, 0)
  t.equal(scenario?.file, 'extraneous/stray-fin.yaml')
  t.match(scenario?.digest, /^[0-9a-f]{64}$/)
  t.equal(scenario?.attack.analytic, 'AN1999')
  t.same(scenario?.expect?.alert, [{ layer: 'stream', rules: { suricata: ['2210037'] }, within: 5000, fields: {} }])
  t.equal(scenario?.cases.length, 1)
  t.equal(scenario?.cases[0]?.label, '')
  t.same(scenario?.cases[0]?.stimulus?.with, { port: 22, parts: [{ kind: 'text', text: 'odd' }] })
  t.same(loadScenario(folder, join(folder, 'extraneous/stray-fin.yaml'), generators), scenario)
})

t.test('legal traffic that must not alert has a control alone', async (t) => {
  const folder = t.testdir({ extraneous: { 'stray-fin.yaml': legal } })
  const [scenario] = loadLibrary(folder, generators)
  t.equal(scenario?.kind, 'must-not-alert')
  t.same(scenario?.knownDefects, { suricata: { 2260002: 'it misfires' } })
  t.equal(scenario?.cases[0]?.stimulus, null)
  t.same(scenario?.cases[0]?.control.with, { parts: ['plain'] })
  t.same(scenario?.cases[0]?.expect, { alert: [], telemetry: [] })
})

t.test('a library is sorted by id, whatever folders its files lie in', async (t) => {
  const folder = t.testdir({
    malformed: { 'b-two.yaml': changed(['id: stray-fin', 'id: b-two'], ['extraneous', 'malformed']) },
    extraneous: {
      'c-three.yaml': changed(['id: stray-fin', 'id: c-three']),
      deeper: { 'a-one.yaml': changed(['id: stray-fin', 'id: a-one']) },
    },
    campaigns: { 'any.yaml': 'name: any' },
    controls: { 'any.yaml': 'not: a scenario' },
  })
  const loaded = loadLibrary(folder, generators)
  t.same(
    loaded.map((each) => each.id),
    ['a-one', 'b-two', 'c-three'],
  )
  t.same(loadLibrary(folder, generators), loaded)
})

t.test('one of a library is loaded by its id, and what is wrong with the others does not matter', async (t) => {
  const folder = t.testdir({
    extraneous: {
      'stray-fin.yaml': good,
      'broken.yaml': 'id: [',
      'twice.yaml': changed(['id: stray-fin', 'id: twice']),
    },
    malformed: { 'twice.yaml': changed(['id: stray-fin', 'id: twice'], ['extraneous', 'malformed']) },
  })
  t.same(
    loadById(folder, 'stray-fin', generators),
    loadScenario(folder, join(folder, 'extraneous/stray-fin.yaml'), generators),
  )
  t.same(libraryIds(folder), ['broken', 'stray-fin', 'twice', 'twice'])
  t.same(
    loadLibrary(folder, generators, 'packets', (id) => id.startsWith('stray')).map(({ id }) => id),
    ['stray-fin'],
  )
  const told = (id: string) => linesOf(folder, () => loadById(folder, id, generators))
  t.match(told('broken'), [/^scenarios\/extraneous\/broken.yaml:1:/])
  t.same(told('stray-fun'), ['unknown scenario "stray-fun"; did you mean "stray-fin"?'])
  t.same(told('twice'), [
    'scenarios/malformed/twice.yaml:1:5: id "twice" is also used by scenarios/extraneous/twice.yaml',
  ])
})

const table: [what: string, text: string, ...lines: string[]][] = [
  [
    'an unknown key far inside',
    changed(['within: 5s', 'wihtin: 5s']),
    ':19:7: unknown key "wihtin"; did you mean "within"?',
  ],
  [
    'an unknown key like no other',
    changed(['clause: ', 'zzzzzzzzz: 1\nclause: ']),
    ':3:1: unknown key "zzzzzzzzz"; known: assumptions, baseline, kind, knownDefects, limits, matrix, references',
  ],
  [
    'a missing key of the file, and of a mapping in it',
    changed(['title: FIN segment that belongs to no connection\n', ''], [', basis: author', '']),
    ':1:1: missing key "title"',
    ':4:1: missing key "basis" in "attack"',
  ],
  [
    'a value that is not one of a few',
    changed(['layer: stream', 'layer: streams']),
    ':17:14: expect.alert[0].layer: "streams" is not allowed; did you mean "stream"?',
  ],
  [
    'a value like none of the few',
    changed(['basis: author', 'basis: hearsay']),
    ':5:43: attack.basis: "hearsay" is not allowed; use official, v17-wording, author',
  ],
  [
    'a wrong type',
    changed(['techniques: [T1595.002]', 'techniques: T1595']),
    ':5:23: attack.techniques: expected a list, found "T1595"',
  ],
  [
    'nothing where a list should be',
    changed(['telemetry: [flow]', 'telemetry:']),
    ':20:3: expect.telemetry: expected a list, found nothing',
  ],
  [
    'an impossible duration',
    changed(['within: 5s', 'within: 5 seconds']),
    ':19:15: expect.alert[0].within: "5 seconds" is not allowed: write a number and ms, s or m, for example 10s',
  ],
  [
    'a duration of nothing',
    changed(['within: 5s', 'within: 0s']),
    ':19:15: expect.alert[0].within: must be more than 0s and at most 60m',
  ],
  [
    'a title that is too long',
    changed(['FIN segment', 'F'.repeat(200)]),
    ':2:8: title: must have at most 120 characters, found 230',
  ],
  [
    'an expectation of nothing',
    changed([
      '  alert:\n    - layer: stream\n      rules: { suricata: [2210037] }\n      within: 5s\n  telemetry: [flow]\n',
      '  telemetry: []\n',
    ]),
    ':16:3: expect: names neither an alert nor a telemetry layer',
  ],
  [
    'an unknown generator',
    changed(['generator: parts', 'generator: prats']),
    ':7:14: unknown generator "prats"; did you mean "parts"?',
  ],
  [
    'a parameter out of range',
    changed(['port: 22', 'port: 65536']),
    ':9:11: stimulus.with.port: must be at most 65535, found 65536',
  ],
  [
    'a parameter that does not exist',
    changed(['port: 22', 'prot: 22']),
    ':9:5: unknown key "prot"; did you mean "port"?',
  ],
  [
    'a parameter inside an alternative',
    changed(['count: 3', 'count: many']),
    ':14:35: control.with.parts[0].count: expected a number, found "many"',
  ],
  [
    'an alternative that does not exist',
    changed(['kind: text', 'kind: txt']),
    ':10:21: stimulus.with.parts[0].kind: "txt" is not allowed; did you mean "text"?',
  ],
  [
    'a value that fits no alternative',
    changed(['count: 3 }, plain', 'count: 3 }, 5']),
    ':14:40: control.with.parts[1]: expected a mapping or text, found 5',
  ],
  [
    'a word that is nearly one of the alternatives',
    changed(['port: 22', 'port: 22\n    urgent: halff']),
    ':10:13: stimulus.with.urgent: "halff" is not allowed; did you mean "half"?',
  ],
  [
    'a word like none of the alternatives',
    changed(['port: 22', 'port: 22\n    urgent: 3']),
    ':10:13: stimulus.with.urgent: expected true or false or "half", found 3',
  ],
  [
    'parameters that pass but of which no packet can be made',
    changed(['plain]', "'refuse me']"]),
    ':14:40: control.with: parts[1]: cannot be made into a packet',
  ],
  [
    'parameters that make no packets',
    changed(['[{ kind: text, text: odd }]', '[nothing]']),
    ':9:5: stimulus.with: generator "parts" makes no packets of it',
  ],
  [
    'a control that is its stimulus',
    changed(['    parts: [{ kind: zeros, count: 3 }, plain]', '    port: 22\n    parts: [{ kind: text, text: odd }]']),
    ':12:3: control: is the same as the stimulus; it must be the same protocol done right',
  ],
  [
    'an id that differs from the file name',
    changed(['id: stray-fin', 'id: stray-syn']),
    ':1:5: id "stray-syn" differs from the file name "stray-fin.yaml"; make them the same',
  ],
  [
    'a clause that differs from the folder',
    changed(['clause: extraneous', 'clause: malformed']),
    ':3:9: clause "malformed": differs from the folder "extraneous"; move it to "malformed/"',
  ],
  [
    'an id that is no id',
    changed(['id: stray-fin', 'id: Stray Fin']),
    ':1:5: id "Stray Fin" differs from the file name "stray-fin.yaml"; make them the same',
    ':1:5: id: "Stray Fin" is not allowed: use lower-case words joined by hyphens',
  ],
  [
    'legal traffic with an anomaly beside it, and without the defects',
    changed(['title:', 'kind: must-not-alert\ntitle:']),
    ':1:1: missing key "knownDefects"',
    ':8:3: stimulus: a must-not-alert scenario is legal traffic alone; put it under control and leave stimulus out',
    ':17:3: expect: a must-not-alert scenario is legal traffic alone; put it under control and leave expect out',
  ],
  [
    'an anomaly without its stimulus',
    changed(['stimulus:\n  generator: parts\n  with:\n    port: 22\n    parts: [{ kind: text, text: odd }]\n', '']),
    ':1:1: missing key "stimulus"',
  ],
  ['a list where a mapping should be', '- id\n', ':1:1: the document: expected a mapping, found a list'],
  [
    'several problems at once, in the order of the file',
    changed(['title: FIN', 'titel: FIN'], ['port: 22', 'port: none'], ['within: 5s', 'wihtin: 5s']),
    ':1:1: missing key "title"',
    ':2:1: unknown key "titel"; did you mean "title"?',
    ':9:11: stimulus.with.port: expected a number, found "none"',
    ':19:7: unknown key "wihtin"; did you mean "within"?',
  ],
]

for (const [what, text, ...lines] of table) {
  t.test(`refused: ${what}`, async (t) => t.same(refusedText(t, text).sort(), lines.toSorted()))
}

t.test('more than fifty problems are counted, not listed', async (t) => {
  const keys = Array.from({ length: 80 }, (_, index) => `key-of-mine-${index}: 1\n`).join('')
  const lines = refusedText(t, `${good}${keys}`)
  t.equal(lines.length, 51)
  t.equal(lines.at(-1), ': and 30 more problems')
})

t.test('problems of several files are reported together', async (t) => {
  const lines = refused(t, {
    extraneous: {
      'a.yaml': changed(['id: stray-fin', 'id: b']),
      'b.yaml': changed(['id: stray-fin', 'id: b'], ['port: 22', 'port: 0']),
    },
  })
  t.same(lines, [
    'scenarios/extraneous/a.yaml:1:5: id "b" differs from the file name "a.yaml"; make them the same',
    'scenarios/extraneous/b.yaml:9:11: stimulus.with.port: must be at least 1, found 0',
  ])
})

t.test('an id in two files names both', async (t) => {
  const lines = refused(t, {
    extraneous: { 'stray-fin.yaml': good },
    malformed: { 'stray-fin.yaml': changed(['extraneous', 'malformed']) },
  })
  t.same(lines, [
    'scenarios/malformed/stray-fin.yaml:1:5: id "stray-fin" is also used by scenarios/extraneous/stray-fin.yaml',
  ])
})

t.test('a file at the top of the folder has no clause', async (t) => {
  t.same(refused(t, { 'stray-fin.yaml': good }), [
    'scenarios/stray-fin.yaml:3:9: clause "extraneous": the file lies in no clause folder; move it to "extraneous/"',
  ])
})

t.test('files that are no text of a reasonable size are refused unread', async (t) => {
  t.same(refusedText(t, 'a'.repeat(10_000_000)), [': has 10000000 bytes, the limit is 1000000 bytes; split it'])
  t.same(refusedText(t, Buffer.from([0x69, 0x64, 0x3a, 0x20, 0xff, 0xfe])), [': is not UTF-8 text; save it as UTF-8'])
  t.same(refusedText(t, Buffer.from(good, 'utf16le')), [':1:2: not valid YAML: null byte is not allowed in input'])
  t.same(refusedText(t, ''), [': is empty'])
  t.same(refusedText(t, '# only a comment\n'), [': is empty'])
})

t.test('a byte order mark and CRLF change neither meaning nor positions', async (t) => {
  const text = `\uFEFF${changed(['within: 5s', 'wihtin: 5s']).replaceAll('\n', '\r\n')}`
  t.same(refusedText(t, text), [':19:7: unknown key "wihtin"; did you mean "within"?'])
})

t.test('what is no file is refused', async (t) => {
  const folder = t.testdir({ extraneous: { 'stray-fin.yaml': {}, 'kept.yml': good } })
  const at = (path: string) => linesOf(folder, () => loadScenario(folder, join(folder, path), generators))
  t.same(at('extraneous/stray-fin.yaml'), ['scenarios/extraneous/stray-fin.yaml: is a folder; name a file'])
  t.same(at('extraneous/none.yaml'), ['scenarios/extraneous/none.yaml: no such file'])
  t.same(
    linesOf(folder, () => loadLibrary(folder, generators)),
    ['scenarios/extraneous/kept.yml: scenario files end in .yaml; rename it'],
  )
  execFileSync('mkfifo', [join(folder, 'extraneous/pipe.yaml')])
  t.same(at('extraneous/pipe.yaml'), ['scenarios/extraneous/pipe.yaml: is not a regular file'])
})

t.test('paths and links out of the scenario folder are refused', async (t) => {
  const root = t.testdir({ scenarios: { extraneous: { 'stray-fin.yaml': good } }, 'out.yaml': good, other: {} })
  const folder = join(root, 'scenarios')
  const at = (path: string) => linesOf(folder, () => loadScenario(folder, path, generators))
  t.same(at(`${folder}/../out.yaml`), [
    'scenarios/../out.yaml: lies outside of the scenario folder "scenarios"; move it there',
  ])
  t.same(at('/etc/hostname'), ['/etc/hostname: lies outside of the scenario folder "scenarios"; move it there'])
  symlinkSync('../../out.yaml', join(folder, 'extraneous/link.yaml'))
  symlinkSync('../../other', join(folder, 'extraneous/folder'))
  t.same(at(join(folder, 'extraneous/link.yaml')), [
    'scenarios/extraneous/link.yaml: lies outside of the scenario folder "scenarios"; move it there',
  ])
  t.same(
    linesOf(folder, () => loadLibrary(folder, generators)),
    [
      'scenarios/extraneous/folder: is a link that leads out of the scenario folder "scenarios"; copy the file',
      'scenarios/extraneous/link.yaml: is a link that leads out of the scenario folder "scenarios"; copy the file',
    ],
  )
})

t.test('links in circles and to folders inside are refused', async (t) => {
  const folder = t.testdir({ extraneous: { 'stray-fin.yaml': good } })
  symlinkSync('loop.yaml', join(folder, 'extraneous/loop.yaml'))
  t.same(
    linesOf(folder, () => loadLibrary(folder, generators)),
    ['scenarios/extraneous/loop.yaml: is a link that leads back to itself'],
  )
  const other = t.testdir({ extraneous: { 'stray-fin.yaml': good } })
  symlinkSync('../extraneous', join(other, 'extraneous/again'))
  t.same(
    linesOf(other, () => loadLibrary(other, generators)),
    ['scenarios/extraneous/again: is a link to a folder; only files may be links'],
  )
})

t.test('a folder that is none, or is empty, is refused', async (t) => {
  const folder = t.testdir({ extraneous: {} })
  t.same(
    linesOf(folder, () => loadLibrary(folder, generators)),
    ['scenarios: holds no scenario; put one into a folder named after its clause'],
  )
  t.same(
    linesOf(folder, () => loadLibrary(join(folder, 'none'), generators)),
    ['scenarios/none: no such file'],
  )
  writeFileSync(join(folder, 'file'), '')
  t.same(
    linesOf(folder, () => loadLibrary(join(folder, 'file'), generators)),
    ['scenarios/file: is not a folder'],
  )
})

t.test("rules of Tocsin's own alone need telemetry, for other stacks do not have them", async (t) => {
  const text = changed(['suricata: [2210037]', 'tocsin: [1000001]'], ['  telemetry: [flow]\n', ''])
  t.match(refusedText(t, text).join(), /names Tocsin's own rules alone; say under telemetry/)
  const both = changed(['suricata: [2210037]', 'suricata: [2210037], tocsin: [1000001]'], ['  telemetry: [flow]\n', ''])
  t.same(refusedText(t, both), ['no error'])
})
