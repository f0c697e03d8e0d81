import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commands, programExamples } from '../../harness/cli/commands.ts'
import { root, tocsin } from './tocsin.ts'

t.test('every command in the folder is in the list, under the name of its file', async (t) => {
  const folder = join(root, 'harness', 'commands')
  const files = readdirSync(folder).filter((name) =>
    /Command: CommandDefinition/.test(readFileSync(join(folder, name), 'utf8')),
  )
  t.same(commands.map(({ name }) => `${name}.ts`).sort(), files.sort())
})

t.test('the help of the program has a description, every command, examples and the exit codes', async (t) => {
  const { code, stdout, stderr } = await tocsin(['--help'])
  t.equal(code, 0)
  t.equal(stderr, '')
  t.match(stdout, /proves that it happened/)
  for (const { name, description } of commands) t.match(stdout, `  ${name} `, description)
  for (const [line, text] of programExamples) t.match(stdout, `  $ tocsin ${line}\n      ${text}\n`)
  for (const exit of [0, 1, 2, 3, 130]) t.match(stdout, new RegExp(`^  ${exit} +\\S`, 'm'))
})

for (const { name, description, load } of commands) {
  t.test(`the help of ${name} has a description, its options and examples`, async (t) => {
    const { options = [], examples } = await load()
    const { code, stdout, stderr } = await tocsin([name, '--help'])
    t.equal(code, 0)
    t.equal(stderr, '')
    t.match(stdout, `Usage: tocsin ${name} `)
    t.match(stdout.replaceAll(/\s+/g, ' '), description)
    for (const { flags } of options) t.match(stdout, flags)
    t.ok(examples.length > 0)
    for (const [line, text] of examples) {
      t.ok(line === name || line.startsWith(`${name} `), line)
      t.match(stdout, `  $ tocsin ${line}\n      ${text}\n`)
    }
  })
}

t.test('help <command> says what <command> --help says', async (t) => {
  const [one, other] = await Promise.all([tocsin(['help', 'plan']), tocsin(['plan', '--help'])])
  t.same(one, other)
})

t.test('--version prints the version of package.json', async (t) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  t.match(await tocsin(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' })
})

t.test('without a command the help goes to standard error and the exit code is 2', async (t) => {
  const { code, stdout, stderr } = await tocsin([])
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /Usage: tocsin/)
})

t.test('the help and the list load neither the browser nor the engine client', async (t) => {
  // Node tells every file that it reads as a module of CommonJS, which both of them are.
  for (const args of [['--help'], ['list']]) {
    const { code, stderr } = await tocsin(args, { env: { NODE_DEBUG: 'module' } })
    t.equal(code, 0)
    t.match(stderr, /commander/, 'what is loaded can be seen')
    t.notMatch(stderr, /node_modules\/(playwright|dockerode|koffi)/)
  }
})
