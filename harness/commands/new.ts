import { mkdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { generators } from '../../generators/registry.ts'
import { ask, type Question } from '../cli/ask.ts'
import { type CommandDefinition, repeatable, wholeNumber } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError } from '../errors.ts'
import { scenarioFiles } from '../scenario/files.ts'
import { loadScenario } from '../scenario/load.ts'
import { suggestion } from '../scenario/nearest.ts'
import { clauses, type Scenario, slug } from '../scenario/schema.ts'
import { skeleton, type SkeletonFacts, skeletonGenerators } from '../scenario/skeleton.ts'
import { userPath } from './inputs.ts'

export const newCommand: CommandDefinition = {
  options: [
    { flags: '--id <id>', description: 'lower-case words joined by hyphens; names the file' },
    { flags: '--title <text>', description: 'the violation in words' },
    { flags: '--clause <name>', description: `one of ${clauses.join(', ')}` },
    {
      flags: '--generator <name>',
      description: `what plays it: ${skeletonGenerators.join(' or ')} (default: packets)`,
    },
    { flags: '--technique <ids>', description: 'ATT&CK techniques, by comma or repeated', ...repeatable },
    {
      flags: '--rule <ids>',
      description: 'rules that should alert: 2200038, or with a product zeek:bad_TCP_checksum',
      ...repeatable,
    },
    { flags: '--port <n>', description: "the server's port", parse: wholeNumber(0, 65_535), initial: 7777 },
    { flags: '--scenarios <dir>', description: 'folder of your scenario files', initial: 'my-scenarios' },
    { flags: '--json', description: 'the file as JSON' },
  ],
  examples: [
    [
      "new --id udp-length-too-long --title 'UDP datagram that claims 500 bytes' --clause malformed --rule 2200120",
      'a scenario file to begin with; on a terminal, new alone asks for what it needs',
    ],
    [
      "new --id syn-fin --title 'SYN and FIN in an open session' --clause malformed --generator tcp --technique T1595.002 --json",
      'one that plays a whole TCP conversation',
    ],
  ],
  async run(context, options) {
    const { folder, ...facts } = await factsOf(context, options)
    const inside = `${facts.clause}/${facts.id}.yaml`
    const file = join(folder, inside)
    refuseUsed(folder, facts.id)
    const schema = relative(dirname(file), join(context.root, 'scenarios', 'scenario.schema.json'))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, skeleton({ ...facts, schema }), { flag: 'wx' })
    try {
      loadScenario(folder, file, generators)
    } catch (error) {
      await rm(file)
      throw error
    }
    const shown = relative(context.cwd, file)
    const library = relative(context.cwd, folder) || '.'
    const next = ['validate', `explain ${facts.id}`, `run --only ${facts.id}`].map(
      (each) => `tocsin ${each} --scenarios ${library}`,
    )
    if (options.json) context.out(`${JSON.stringify({ file: shown, scenario: facts.id, next }, null, 2)}\n`)
    else context.out(`${shown}\n\nChange what its comments say, then:\n${next.map((line) => `  ${line}\n`).join('')}`)
    return 0
  },
}

type Facts = Omit<SkeletonFacts, 'schema'> & { folder: string }

/** What the options say, and on a terminal the answers to what they leave open. @throws InputError */
async function factsOf(context: Context, options: Record<string, unknown>): Promise<Facts> {
  const list = (name: string) => (options[name] as string[] | undefined)?.join(',')
  const given: Record<string, string | undefined> = {
    id: options.id as string | undefined,
    title: options.title as string | undefined,
    clause: options.clause as string | undefined,
    generator: options.generator as string | undefined,
    technique: list('technique'),
    rule: list('rule'),
  }
  const needed = questions.filter(({ initial }) => initial === undefined)
  const missing = needed.filter(({ name }) => given[name] === undefined)
  const canAsk = process.stdin.isTTY === true && context.stderr.isTerminal
  if (missing.length > 0 && !canAsk)
    throw new InputError(
      `missing ${missing.map(({ name }) => `--${name}`).join(', ')}; on a terminal they would be asked for`,
    )
  const open = missing.length === 0 ? [] : questions.filter(({ name }) => given[name] === undefined)
  const answers = await ask(open, process.stdin, process.stderr, context.signal)
  const values = Object.fromEntries(
    questions.map(({ name, initial }) => [name, given[name] ?? answers[name] ?? initial ?? '']),
  ) as Record<string, string>
  for (const { name, problem } of questions) {
    const wrong = problem?.(values[name] ?? '') ?? null
    if (wrong !== null) throw new InputError(`--${name}: ${wrong}`)
  }
  return {
    id: String(values.id),
    title: String(values.title),
    clause: values.clause as Scenario['clause'],
    generator: String(values.generator),
    techniques: items(values.technique),
    rules: byProduct(items(values.rule)),
    port: options.port as number,
    folder: userPath(context, String(options.scenarios)),
  }
}

const questions: readonly Question[] = [
  {
    name: 'id',
    text: 'Id, lower-case words joined by hyphens',
    problem: (answer) => {
      const checked = slug.safeParse(answer)
      return checked.success ? null : `"${answer}" is not allowed: ${checked.error.issues[0]?.message ?? ''}`
    },
  },
  {
    name: 'title',
    text: 'Title, the violation in words',
    problem: (answer) =>
      answer.length > 120 || /[\p{Cc}\u2028\u2029]/u.test(answer) ? 'must be one line of at most 120 characters' : null,
  },
  { name: 'clause', text: `Clause of AN1999 (${clauses.join(', ')})`, problem: oneOf('clause', clauses) },
  {
    name: 'generator',
    text: 'Generator: packets for frames layer by layer, tcp for a conversation',
    initial: 'packets',
    problem: oneOf('generator', skeletonGenerators),
  },
  {
    name: 'technique',
    text: 'ATT&CK techniques, by comma',
    initial: 'T1595.002',
    problem: (answer) => {
      const wrong = items(answer).find((each) => !/^T\d{4}(\.\d{3})?$/.test(each))
      return wrong === undefined ? null : `"${wrong}" is no technique; write it like T1595.002`
    },
  },
  {
    name: 'rule',
    text: 'Rules that should alert, by comma: 2200038 of Suricata, or zeek:name; none if no rule is known',
    initial: 'none',
    problem: (answer) => {
      const wrong = items(answer).find((each) => !/^([a-z][a-z0-9-]*:)?[\w.:/-]+$/i.test(each))
      return wrong === undefined ? null : `"${wrong}" is no rule; write 2200038, or the product, a colon and its rule`
    },
  },
]

function oneOf(what: string, known: readonly string[]): (answer: string) => string | null {
  return (answer) => (known.includes(answer) ? null : `unknown ${what} "${answer}"${suggestion(answer, known)}`)
}

function items(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'none')
}

/** A rule without a product is Suricata's. */
function byProduct(rules: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const rule of rules) {
    const [, product = 'suricata', id = rule] = /^([a-z][a-z0-9-]*):(.+)$/i.exec(rule) ?? []
    found[product] = [...(found[product] ?? []), id]
  }
  return found
}

/** @throws InputError when the folder has a scenario of this id already, in whatever clause. */
function refuseUsed(folder: string, id: string): void {
  const used = existsSync(folder) ? scenarioFiles(folder).find((path) => basename(path, '.yaml') === id) : undefined
  if (used !== undefined)
    throw new InputError(`${join(folder, used)} is there already; nothing is overwritten. Take another --id`)
}
