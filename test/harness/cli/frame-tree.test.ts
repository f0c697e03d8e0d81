import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { generators } from '../../../generators/registry.ts'
import { frameTree, markList } from '../../../harness/cli/frame-tree.ts'
import { explainTrial } from '../../../harness/campaign/explain-trial.ts'
import { exampleTrials } from '../../../harness/commands/show.ts'
import { loadById } from '../../../harness/scenario/load.ts'
import { root } from '../../cli/tocsin.ts'

const folder = join(root, 'scenarios')
const pipe = { isTerminal: false, columns: 80, colour: false }
const terminal = { isTerminal: true, columns: 72, colour: true }

function anomaly(id: string) {
  const scenario = loadById(folder, id, generators)
  const trial = exampleTrials(scenario).find(({ kind }) => kind === 'stimulus')
  if (trial === undefined) throw new Error(id)
  return explainTrial(scenario, trial, folder)
}

t.test('every field of every layer is there, and a wrong one has a line of its own', async (t) => {
  const frames = anomaly('udp-length-beyond-packet')
  const lines = frameTree(frames, pipe)
  const text = lines.join('\n')
  for (const { layers } of frames) for (const { fields } of layers) for (const { name } of fields) t.match(text, name)
  t.ok(
    lines.some(
      (line) => line.trim() === '! length 500  <- wrong: does not fit what is there; right would be 22, 478 less',
    ),
  )
  t.notMatch(text, /\p{Cc}(?<!\n)|[├└│]/u, 'plain in a pipe')
})

t.test('a flood is one frame and a count, with what differs', async (t) => {
  const lines = frameTree(anomaly('modbus-request-flood'), pipe)
  const text = lines.join('\n')
  t.match(text, /\.\.\. 59\d more like this \(frames \d+ to \d+\)/)
  t.match(text, /modbus\.transactionIdentifier \d to 600/)
  t.ok(lines.length < 160, `${lines.length} lines`)
})

t.test('on a terminal it has colours and branches, and fits the width', async (t) => {
  for (const id of ['tcp-est-syn-fin', 'dns-name-too-long', 'tls-double-sni']) {
    const lines = [...frameTree(anomaly(id), terminal), ...markList(anomaly(id), terminal)]
    t.match(lines.join('\n'), '└─ ')
    t.match(lines.join('\n'), '\x1b[3')
    const words = lines.map((line) => stripVTControlCharacters(line))
    const long = words.filter((line) => line.length > 72 && line.trim().includes(' ') && !/^ {5}[├└]/.test(line))
    // A single value may be longer than any line.
    t.ok(
      long.every((line) => line.trim().split(/ {3}/).length === 1),
      long.join('\n'),
    )
  }
})

t.test('text from a packet cannot steer the terminal', async (t) => {
  for (const id of ['http-gzip-broken', 'dnp3-bad-link-crc', 'ssh-invalid-banner'])
    t.notMatch(frameTree(anomaly(id), pipe).join(''), /\p{Cc}/u)
})
