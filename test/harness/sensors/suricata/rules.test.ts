import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { generators } from '../../../../generators/registry.ts'
import { isTocsinRule, tocsin, tocsinSids } from '../../../../harness/monitors/tocsin-rule.ts'
import { expectedRules } from '../../../../harness/scenario/describe.ts'
import { loadLibrary } from '../../../../harness/scenario/load.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', '..')
const folder = join(root, 'harness/sensors/suricata/rules')
const files = readdirSync(folder).filter((name) => name.endsWith('.rules'))

interface Rule {
  file: string
  line: number
  text: string
  sid: number
  message: string
  /** The line above it. */
  above: string
}

const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]))
const rules = [...texts].flatMap(([file, text]) => {
  const lines = text.split('\n')
  return lines.flatMap((line, index): Rule[] => {
    if (line === '' || line.startsWith('#')) return []
    const sid = Number(/[( ;]sid:(\d+);/.exec(line)?.[1])
    const message = /\(msg:"([^"]*)";/.exec(line)?.[1] ?? ''
    return [{ file, line: index + 1, text: line, sid, message, above: lines[index - 1] ?? '' }]
  })
})

t.test('every rule of ours says whose it is, in number, message and metadata', async (t) => {
  t.ok(rules.length > 0, `${rules.length} rules in ${files.length} files`)
  for (const { file, line, text, sid, message } of rules) {
    const place = `${file}:${line}`
    t.match(text, /^alert \S+ \S+ \S+ (->|<>) \S+ \S+ \(.*\)$/, `${place} is one whole rule`)
    t.ok(isTocsinRule(sid, message), `${place}: sid ${sid}, "${message}"`)
    t.match(text, /[( ;]metadata:[^;]*created_by Tocsin[,;]/, place)
    t.match(text, /[( ;]rev:\d+;/, place)
    t.match(text, /[( ;]classtype:[a-z-]+;/, place)
  }
  t.equal(new Set(rules.map(({ sid }) => sid)).size, rules.length, 'no number is there twice')
  t.equal(new Set(rules.map(({ message }) => message)).size, rules.length, 'no message is there twice')
})

t.test('every rule of ours is explained, and a file keeps to the numbers that its first line names', async (t) => {
  const blocks: [number, number][] = []
  for (const [file, text] of texts) {
    const [, first, last] = /^# .* Signature ids (\d+) to (\d+)\./.exec(text) ?? []
    const block: [number, number] = [Number(first), Number(last)]
    t.ok(
      block[0] >= tocsinSids.first && block[1] <= tocsinSids.last && block[0] < block[1],
      `${file}: ${block.join(' to ')}`,
    )
    for (const [from, to] of blocks) t.ok(block[1] < from || to < block[0], `${file} shares no number with another`)
    blocks.push(block)
    for (const { sid, above, line } of rules.filter((rule) => rule.file === file)) {
      t.ok(sid >= block[0] && sid <= block[1], `${file}:${line} keeps to its block`)
      t.match(above, /^# \S|^alert /, `${file}:${line} has a comment above, its own or that of its group`)
    }
  }
})

t.test('scenarios and rules of ours name each other, and nothing else', async (t) => {
  const library = loadLibrary(join(root, 'scenarios'), generators)
  const named = new Set(library.flatMap((scenario) => expectedRules(scenario)[tocsin] ?? []))
  const sensor = join(root, 'harness/sensors/endpoint')
  const ids = ['sigma', 'sigma-bpf']
    .flatMap((folder) => readdirSync(join(sensor, folder)).map((file) => join(sensor, folder, file)))
    .filter((file) => file.endsWith('.yml'))
    .flatMap((file) => Array.from(readFileSync(file, 'utf8').matchAll(/^id: (\S+)$/gm), ([, id]) => id))
  const written = new Set([...rules.map(({ sid }) => String(sid)), ...ids])
  const alerting = rules.filter(({ text }) => !text.includes('noalert;')).map(({ sid }) => String(sid))
  t.same([...named].filter((sid) => !written.has(sid)).sort(), [], 'every rule that a scenario names is there')
  t.same(alerting.filter((sid) => !named.has(sid)).sort(), [], 'every rule that raises an alert is named by a scenario')
  t.ok(ids.length > 30 && ids.every((id) => id !== undefined), 'and so are those for processes')
})

t.test('a number out of the range for local use is ours only with our message', async (t) => {
  const cases: [number, string, boolean][] = [
    [1000001, 'TOCSIN SCAN x', true],
    [1009999, 'TOCSIN x', true],
    [1000001, 'Our web server was scanned', false],
    [1000001, 'TOCSINx', false],
    [1000000, 'TOCSIN x', false],
    [1010000, 'TOCSIN x', false],
    [2210037, 'SURICATA STREAM FIN recv but no session', false],
    [Number.NaN, 'TOCSIN x', false],
  ]
  for (const [sid, message, expected] of cases) t.equal(isTocsinRule(sid, message), expected, `${sid} ${message}`)
})
