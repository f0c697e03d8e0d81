// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { isProcessGenerator, type ProcessGenerator } from '../../../generators/generator.ts'
import type { Identity } from '../../../generators/identity.ts'
import type { Performance } from '../../../generators/process/performance.ts'
import { processGenerator } from '../../../generators/process/process.ts'
import { processGenerators } from '../../../generators/process/registry.ts'
import { generators } from '../../../generators/registry.ts'
import { loadLibrary } from '../../../harness/scenario/load.ts'
import { first, second } from '../identities.ts'

const perform = (written: unknown, identity: Identity = first): Performance =>
  processGenerator.performance(processGenerator.parameters.parse(written), identity)

t.test('every process generator is registered once, among all', async (t) => {
  const folder = fileURLToPath(new URL('../../../generators/process', import.meta.url))
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'))
  for (const { name } of processGenerators) t.ok(files.includes(`${name}.js`), name)
  t.same(
    generators.filter(isProcessGenerator).map(({ name }) => name),
    processGenerators.map(({ name }) => name),
  )
  t.equal(new Set(generators.map(({ name }) => name)).size, generators.length, 'no name is used twice')
})

t.test('names are filled in, and what is not said has its usual value', async (t) => {
  const written = {
    files: [
      { path: '/tmp/x-${marker}', copy: '/usr/bin/curl' },
      { path: '${folder}/note', mode: '644', content: 'to ${server.ipv4}' },
    ],
    run: { program: '/tmp/x-${marker}', arguments: ['${listener.port}', '$${HOME}'] },
    listener: { protocol: 'tcp', port: 4444 },
  }
  t.strictSame(perform(written), {
    folder: '/stage/5eed0001',
    files: [
      { path: '/tmp/x-5eed0001', mode: 0o755, copy: '/usr/bin/curl' },
      { path: '/stage/5eed0001/note', mode: 0o644, content: 'to 198.18.0.2' },
    ],
    run: {
      program: '/tmp/x-5eed0001',
      argv: ['/tmp/x-5eed0001', '4444', '${HOME}'],
      environment: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: '/stage/5eed0001',
        LANG: 'C.UTF-8',
        TOCSIN_MARKER: '5eed0001',
      },
      directory: '/stage/5eed0001',
      stdin: 'null',
      input: '',
      capabilities: [],
      removeAfterStart: [],
    },
    listener: { protocol: 'tcp', port: 4444, reply: 'ok 5eed0001\n', waits: '' },
    leftovers: [],
    limitMs: 15_000,
  })
})

t.test('a program may be called by another name, and has the port that its listener has', async (t) => {
  const run = { program: '/usr/bin/curl', name: '[kworker/0:1]' }
  t.same(perform({ run, listener: { protocol: 'tcp' } }).run.argv, ['[kworker/0:1]'])
  t.equal(perform({ run, listener: { protocol: 'tcp' } }).listener?.port, 8000, 'the trial’s own')
  t.equal(perform({ run, listener: { protocol: 'dns' } }).listener?.port, 53)
  t.equal(perform({ run, listener: { protocol: 'icmp' } }).listener?.port, 0)
})

const wrong: [string, unknown, RegExp][] = [
  ['a path that is not absolute', { run: { program: 'curl', stdin: {} } }, /write an absolute path/],
  ['an unknown key', { run: { program: '/bin/true', stdin: {} }, nonsense: 1 }, /nonsense/],
  [
    'a file of two contents',
    { files: [{ path: '/tmp/x', copy: '/a', content: '' }], run: { program: '/tmp/x', stdin: {} } },
    /exactly one/,
  ],
  ['a right that is not given', { run: { program: '/bin/true', capabilities: ['SYS_ADMIN'], stdin: {} } }, /NET_RAW/],
  ['nothing to wait for', { run: { program: '/bin/true' } }, /run.stdin: a program without a listener must wait/],
  [
    'a name that is not there',
    { run: { program: '/bin/true', arguments: ['${markr}'], stdin: {} } },
    /did you mean "marker"/,
  ],
]
for (const [what, written, message] of wrong) {
  t.test(`${what} is refused`, async (t) => t.throws(() => perform(written), { message }))
}

t.test('every process of the library is deterministic, and differs from trial to trial', async (t) => {
  const library = loadLibrary(fileURLToPath(new URL('../../../../scenarios', import.meta.url)), generators)
  const plays = library.flatMap(({ id, cases }) =>
    cases.flatMap((cell) => [cell.stimulus, cell.control].map((play) => ({ id, play }))),
  )
  let count = 0
  for (const { id, play } of plays) {
    if (!play) continue
    const generator = generators.find(({ name }) => name === play.generator)
    if (generator === undefined || !isProcessGenerator(generator)) continue
    count += 1
    const made = (identity: Identity) => text(generator, play.with, identity)
    t.equal(made(first), made(first), id)
    t.not(made(first), made(second), id)
  }
  t.ok(count >= 140, `${count} plays`)
})

function text(generator: ProcessGenerator, written: unknown, identity: Identity): string {
  return JSON.stringify(generator.performance(generator.parameters.parse(written), identity))
}
