import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { ask } from '../../harness/cli/ask.ts'
import { clauses } from '../../harness/scenario/schema.ts'
import { skeleton, skeletonGenerators } from '../../harness/scenario/skeleton.ts'
import { generators } from '../../generators/registry.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readPcap } from '../../generators/wires/pcap-file.ts'
import { piped } from './piped.ts'
import { tocsin } from './tocsin.ts'

const typed = ['new', '--id', 'odd-one', '--title', "It's: an odd one #1", '--clause', 'malformed']

t.test('what is written passes validate, explain and render as it is', async (t) => {
  for (const generator of skeletonGenerators)
    t.test(generator, async (t) => {
      const cwd = t.testdir()
      const made = await tocsin([...typed, '--generator', generator, '--rule', '2200120,zeek:odd_thing'], { cwd })
      t.equal(made.code, 0, made.stderr)
      t.match(made.stdout, /^my-scenarios\/malformed\/odd-one\.yaml\n/)
      const library = ['--scenarios', 'my-scenarios']
      const [valid, explained, rendered] = [
        await tocsin(['validate', ...library], { cwd }),
        await tocsin(['explain', 'odd-one', ...library], { cwd }),
        await tocsin(['render', 'odd-one', '-o', 'x.pcap', ...library], { cwd }),
      ]
      t.equal(valid.code, 0, valid.stderr)
      t.match(explained.stdout, "odd-one: It's: an odd one #1\n")
      t.match(explained.stdout, /What stands out:\n/, 'the anomaly to be changed is one already')
      t.equal(rendered.code, 0, rendered.stderr)
      t.ok(readPcap(await readFile(join(cwd, 'x.pcap'))).length > 0)
    })
})

t.test('every clause and generator, with and without rules, makes a library', async (t) => {
  const folder = join(t.testdir(), 'all')
  const rules = [{}, { suricata: ['2200038'] }, { suricata: ['1', '2'], zeek: ['a b'] }]
  let count = 0
  for (const clause of clauses)
    for (const generator of skeletonGenerators)
      for (const each of rules) {
        count += 1
        mkdirSync(join(folder, clause), { recursive: true })
        const techniques = count % 2 === 0 ? ['T1595.002'] : []
        const facts = {
          id: `s-${count}`,
          title: `'${count}'`,
          clause,
          generator,
          techniques,
          rules: each,
          port: 80,
          schema: 'x',
        }
        writeFileSync(join(folder, clause, `s-${count}.yaml`), skeleton(facts))
      }
  const library = loadLibrary(folder, generators)
  t.equal(library.length, count)
  t.same(new Set(library.map(({ attack }) => attack.basis)), new Set(['official', 'author']))
})

t.test('a file that is there is never overwritten, whatever its clause', async (t) => {
  const cwd = t.testdir()
  t.equal((await tocsin(typed, { cwd })).code, 0)
  const file = join(cwd, 'my-scenarios/malformed/odd-one.yaml')
  await writeFile(file, 'mine')
  for (const clause of ['malformed', 'extraneous']) {
    const again = await tocsin([...typed.slice(0, -1), clause], { cwd })
    t.equal(again.code, 2)
    t.match(again.stderr, /malformed\/odd-one\.yaml is there already; nothing is overwritten/)
  }
  t.equal(await readFile(file, 'utf8'), 'mine')
})

t.test('wrong flags and missing ones are told without a terminal, and nothing is written', async (t) => {
  const cases: [string[], RegExp][] = [
    [['new'], /missing --id, --title, --clause; on a terminal they would be asked for/],
    [
      ['new', '--id', 'a', '--title', 'A', '--clause', 'malfromed'],
      /--clause: unknown clause "malfromed"; did you mean "malformed"\?/,
    ],
    [['new', '--id', 'A b', '--title', 'A', '--clause', 'malformed'], /--id: "A b" is not allowed/],
    [[...typed, '--generator', 'tpc'], /--generator: unknown generator "tpc"; did you mean "tcp"\?/],
    [[...typed, '--technique', 'T1'], /--technique: "T1" is no technique/],
    [[...typed, '--rule', 'a]b'], /--rule: "a\]b" is no rule/],
  ]
  const cwd = t.testdir()
  for (const [args, message] of cases) {
    const { code, stderr } = await tocsin(args, { cwd })
    t.equal(code, 2, args.join(' '))
    t.match(stderr, message)
  }
  t.notOk(await readFile(join(cwd, 'my-scenarios')).catch(() => false))
})

t.test('questions are asked again until the answer fits; Enter takes what is proposed', async (t) => {
  const input = new PassThrough()
  const output = new PassThrough()
  input.end('\nbad\ngood\n\n')
  const answers = await ask(
    [
      { name: 'one', text: 'One', problem: (answer) => (answer === 'bad' ? 'not that' : null) },
      { name: 'two', text: 'Two', initial: 'usual' },
    ],
    input,
    output,
    new AbortController().signal,
  )
  output.end()
  t.same(answers, { one: 'good', two: 'usual' })
  t.equal(await text(output), 'One:   an answer is needed\nOne:   not that\nOne: Two [usual]: ')
})

t.test('an input that ends too early is an error', async (t) => {
  const input = new PassThrough()
  input.end('a\n')
  const two = ['one', 'two'].map((name) => ({ name, text: name }))
  await t.rejects(ask(two, input, new PassThrough(), new AbortController().signal), { message: 'no answer to "two"' })
})

t.test('on a terminal it asks for what no flag says', async (t) => {
  const cwd = t.testdir()
  const command = 'node --input-type=module --eval "$ENTRY" -- new --clause gratuitous'
  const { code, stdout } = await piped(
    `(sleep 1; printf 'my-flood\\nA flood\\ntcp\\n\\n\\n') | script -qec '${command}' /dev/null`,
    { TERM: 'xterm', NO_COLOR: '1' },
    cwd,
  )
  t.equal(code, 0, stdout)
  t.match(
    stdout,
    /Id, lower-case words.*: .*Title.*: .*Generator.*\[packets\]: .*ATT&CK.*\[T1595\.002\]: .*Rules.*\[none\]: /s,
  )
  t.match(await readFile(join(cwd, 'my-scenarios/gratuitous/my-flood.yaml'), 'utf8'), /generator: tcp\n/)
})
