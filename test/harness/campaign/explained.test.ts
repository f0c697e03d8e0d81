import { join } from 'node:path'
import t from 'tap'
import { generators } from '../../../generators/registry.ts'
import { explained } from '../../../harness/campaign/explained.ts'
import { exampleTrials } from '../../../harness/commands/show.ts'
import { loadById } from '../../../harness/scenario/load.ts'
import { root } from '../../cli/tocsin.ts'

const folder = join(root, 'scenarios')

function of(id: string) {
  const scenario = loadById(folder, id, generators)
  const trial = exampleTrials(scenario).find(({ kind }) => kind === 'stimulus')
  if (trial === undefined) throw new Error(id)
  return explained(scenario, trial, folder)
}

t.test('of many frames, the one with the wrong fields is kept, and what is wrong first', async (t) => {
  const { read, standOut, frames } = of('tcp-est-syn-fin')
  t.equal(read, 12)
  t.equal(standOut, 1)
  t.equal(frames.length, 1)
  const tcp = frames[0]?.layers.find(({ name }) => name === 'tcp')
  t.match(tcp?.marks, [
    { field: 'sequenceNumber', kind: 'wrong', why: '15 beyond the right number, 0' },
    { field: 'flags', value: 'SYN FIN', kind: 'wrong' },
  ])
  t.match(tcp, { about: /RFC 9293/, fields: /window 64240/ })
  t.strictSame(
    frames[0]?.layers.filter(({ name }) => name !== 'tcp').map(({ fields }) => fields),
    ['', ''],
    'of layers in which nothing stands out, the name is enough',
  )
})

t.test('where nothing stands out, the first frames are kept with their fields', async (t) => {
  const { standOut, frames } = of('arp-gratuitous-spoof')
  t.equal(standOut, 0)
  t.match(frames[0]?.layers.at(-1), { name: 'arp', fields: /operation 2 \(reply\)/, marks: [] })
})

t.test('it stays small, whatever is played', async (t) => {
  for (const id of [
    'http2-rapid-reset',
    'modbus-request-flood',
    'tcp-fin-scan',
    'tls-high-port',
    'replay-http-second-half',
  ]) {
    const one = of(id)
    t.ok(one.frames.length > 0 && one.frames.length <= 3 && one.read <= 64, id)
    t.ok(JSON.stringify(one).length < 12_000, `${id}: ${JSON.stringify(one).length}`)
  }
})
