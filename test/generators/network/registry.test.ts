// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import t from 'tap'
import type { Generator } from '../../../generators/generator.ts'
import type { Identity } from '../../../generators/identity.ts'
import { generators } from '../../../generators/network/registry.ts'
import { filesBeside } from '../../../harness/scenario/beside.ts'
import { first, second } from '../identities.ts'

/** The smallest `with:` that each generator takes. */
const samples: Record<string, unknown> = {
  packets: { frames: [{ from: 'client', note: 'datagram', layers: ['ipv4', 'udp', { payload: 'hello ${marker}' }] }] },
  replay: { capture: '../captures/dns-lookup.pcap', marker: '94a3d53a' },
  tcp: { steps: ['handshake', { client: 'hello ${marker}' }, 'close'] },
}

const library = fileURLToPath(new URL('../../../../scenarios', import.meta.url))

/** @param file of the scenario, in the library: other files are beside it */
function bytesOf(generator: Generator, parameters: unknown, identity: Identity, file = 'malformed/any.yaml'): string {
  const files = filesBeside(library, `${library}/${file}`)
  const { frames } = generator.conversation(generator.parameters.parse(parameters), identity, files)
  return Array.from(frames, ({ from, bytes }) => `${from} ${Buffer.from(bytes).toString('hex')}`).join('\n')
}

t.test('every generator file of the folder is registered under its own name, and nothing else is', async (t) => {
  const folder = fileURLToPath(new URL('../../../generators/network', import.meta.url))
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.js') && file !== 'registry.js')
    .map((file) => file.slice(0, -3))
  t.strictSame(generators.map(({ name }) => name).sort(), files.sort())
  t.strictSame(Object.keys(samples).sort(), files, 'a new generator needs a sample here')
})

for (const generator of generators) {
  t.test(`${generator.name}: the same trial gives the same bytes, another trial others`, async (t) => {
    const sample = samples[generator.name]
    t.equal(bytesOf(generator, sample, first), bytesOf(generator, sample, first))
    t.not(bytesOf(generator, sample, first), bytesOf(generator, sample, second))
    t.match(bytesOf(generator, sample, first), Buffer.from(first.marker).toString('hex'), 'the marker travels')
  })

  t.test(`${generator.name}: an unknown key is refused`, async (t) => {
    t.notOk(generator.parameters.safeParse({ ...(samples[generator.name] as object), nonsense: 1 }).success)
    t.match(generator.title, /\S/)
  })
}

t.test('every play of the library can be made, is deterministic, and differs from trial to trial', async (t) => {
  const files = readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(extraneous|gratuitous|malformed)\/.*\.yaml$/.test(file))
    .sort()
  t.ok(files.length >= 60, `${files.length} scenarios`)
  for (const file of files) {
    const scenario = load(readFileSync(`${library}/${file}`, 'utf8')) as Plays & Cases
    for (const kind of ['stimulus', 'control'] as const) {
      // Legal traffic that must not alert has no anomaly beside it.
      if (scenario.kind === 'must-not-alert' && kind === 'stimulus') continue
      const play = filled(scenario[kind], firstCase(scenario)) as Play
      const generator = generators.find(({ name }) => name === play.generator)
      if (generator === undefined) {
        t.fail(`${file}: no generator ${play.generator}`)
        continue
      }
      const bytes = bytesOf(generator, play.with, first, file)
      t.equal(bytes, bytesOf(generator, play.with, first, file), `${file} ${kind} is deterministic`)
      t.not(bytes, bytesOf(generator, play.with, second, file), `${file} ${kind} differs from trial to trial`)
    }
  }
})

interface Play {
  generator: string
  with: unknown
}

interface Plays extends Record<'stimulus' | 'control', Play> {
  kind?: string
}

interface Cases {
  matrix?: Record<string, unknown[]>
}

function firstCase({ matrix = {} }: Cases): Record<string, unknown> {
  return Object.fromEntries(Object.entries(matrix).map(([name, values]) => [name, values[0]]))
}

/** Fills in the matrix as the planner does: a text that is one name keeps the type of its value. */
function filled(value: unknown, cell: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((entry) => filled(entry, cell))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, filled(entry, cell)]))
  }
  if (typeof value !== 'string') return value
  const whole = /^\$\{matrix\.([\w-]+)\}$/.exec(value)
  if (whole?.[1] !== undefined) return cell[whole[1]]
  return value.replace(/\$\{matrix\.([\w-]+)\}/g, (_, name: string) => String(cell[name]))
}
