import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/**
 * What each folder may import besides itself and packages. Data goes down this table; imports point back up it.
 * The longest folder that fits a file is the one that counts.
 */
const allowed: Record<string, readonly string[]> = {
  generators: ['generators/conversation', 'generators/network', 'generators/process'],
  'generators/packets': ['generators'],
  'generators/conversation': ['generators', 'generators/packets'],
  'generators/wires': ['generators', 'generators/conversation', 'generators/packets'],
  'generators/process': ['generators', 'generators/conversation'],
  'generators/network': ['generators', 'generators/packets', 'generators/conversation', 'generators/replay'],
  'generators/captures': ['generators'],
  'generators/replay': ['generators', 'generators/captures', 'generators/conversation', 'generators/packets'],
  'generators/agent': ['generators/wires'],
  'generators/image': [],
  harness: [],
  'harness/bin': [],
  'harness/scenario': ['generators', 'generators/conversation', 'harness', 'harness/monitors'],
  'harness/plan': ['generators', 'generators/conversation', 'generators/process', 'harness', 'harness/scenario'],
  'harness/analyser': ['generators/conversation', 'generators/packets'],
  'harness/sandbox': [
    'generators',
    'generators/agent',
    'generators/conversation',
    'generators/image',
    'generators/wires',
    'harness',
    'harness/sensors',
    'harness/witness',
  ],
  'harness/stimulus': [
    'generators',
    'generators/conversation',
    'generators/process',
    'harness',
    'harness/sandbox',
    'harness/witness',
  ],
  'harness/witness': ['generators/process', 'generators/wires', 'harness', 'harness/plan'],
  'harness/monitors': ['generators', 'harness', 'harness/scenario', 'harness/sigma'],
  'harness/sensors': ['harness', 'harness/sandbox'],
  'harness/sigma': [],
  'harness/attribution': ['generators', 'harness/monitors', 'harness/plan', 'harness/verdict'],
  'harness/correlation': ['harness/monitors'],
  'harness/verdict': [
    'harness/correlation',
    'harness/evidence',
    'harness/monitors',
    'harness/plan',
    'harness/scenario',
    'harness/witness',
  ],
  'harness/frontier': ['harness', 'harness/scenario', 'harness/verdict'],
  'harness/evidence': [
    'harness',
    'harness/correlation',
    'harness/frontier',
    'harness/monitors',
    'harness/plan',
    'harness/scenario',
    'harness/verdict',
    'harness/witness',
  ],
  'harness/diagnosis': [
    'harness/diagnosis/causes',
    'harness/correlation',
    'harness/evidence',
    'harness/sigma',
    'harness/verdict',
  ],
  'harness/diagnosis/causes': ['harness/correlation', 'harness/diagnosis'],
  'harness/compliance': ['harness', 'harness/evidence', 'harness/monitors', 'harness/scenario'],
  'harness/attestation': ['harness', 'harness/evidence'],
  'harness/redaction': ['harness', 'harness/attestation', 'harness/evidence'],
  'harness/setup': ['harness', 'harness/bin'],
  reports: [
    'harness',
    'harness/compliance',
    'harness/correlation',
    'harness/diagnosis',
    'harness/evidence',
    'harness/monitors',
  ],
}

/** The only places that join stages: they may import everything, and nothing but each other may import them. */
const joints = ['harness/campaign', 'harness/commands', 'harness/cli']

/** Pure stages: no clock, disk, network or process. */
const pure = [
  'harness/attribution',
  'harness/correlation',
  'harness/diagnosis',
  'harness/diagnosis/causes',
  'harness/verdict',
  'harness/sigma',
  'generators/packets',
  'generators/conversation',
  'generators/captures',
  'generators/replay',
  'generators/network',
  'harness/analyser',
  'harness/frontier',
  'generators/process',
]
const impure =
  /from 'node:(fs|net|http|https|child_process|timers|dgram|os|process)[^']*'|\bDate\.now\(|(?<![./])\b(?:performance|process)\.|Math\.random\(/

interface Source {
  path: string
  text: string
}

const sources: Source[] = ['generators', 'harness', 'reports'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
)

/** The folder of the table, or the joint, that a file belongs to. */
function stage(path: string): string {
  const known = [...Object.keys(allowed), ...joints]
  const fits = known.filter((folder) => path.startsWith(`${folder}/`))
  return fits.sort((a, b) => b.length - a.length)[0] ?? dirname(path)
}

function imports({ path, text }: Source): string[] {
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)
  return [...found].map(([, target]) => normalize(join(dirname(path), target ?? '')))
}

t.test('every folder imports only what the table allows', async (t) => {
  t.ok(sources.length > 50, 'the sources are found')
  for (const source of sources) {
    const from = stage(source.path)
    if (joints.includes(from)) continue
    t.ok(allowed[from], `${source.path} lies in a folder of the table`)
    for (const target of imports(source)) {
      const to = stage(target)
      if (to !== from && !(allowed[from] ?? []).includes(to)) t.fail(`${source.path} imports ${target}`)
    }
  }
})

t.test('pure stages use no clock, disk, network or process', async (t) => {
  for (const { path, text } of sources) {
    if (!pure.includes(stage(path))) continue
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    t.notMatch(code, impure, path)
  }
})

t.test('the environment is read at the command line only', async (t) => {
  for (const { path, text } of sources) {
    if (path.startsWith('harness/cli/') || path.startsWith('harness/bin/')) continue
    t.notMatch(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''), /process\.env/, path)
  }
})

t.test('the table names no folder that is not there', async (t) => {
  for (const folder of Object.keys(allowed))
    t.ok(
      sources.some(({ path }) => stage(path) === folder),
      folder,
    )
})
