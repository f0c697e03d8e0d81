import { join } from 'node:path'
import t from 'tap'
import { generators } from '../../../generators/registry.ts'
import type { AnalysedFrame } from '../../../harness/analyser/analysed.ts'
import { exampleTrials } from '../../../harness/commands/show.ts'
import { playsProcess } from '../../../harness/plan/conversation.ts'
import { explainTrial } from '../../../harness/campaign/explain-trial.ts'
import { loadById, loadLibrary } from '../../../harness/scenario/load.ts'
import { root } from '../../cli/tocsin.ts'

const folder = join(root, 'scenarios')
const library = loadLibrary(folder, generators)

function anomaly(id: string): AnalysedFrame[] {
  const scenario = loadById(folder, id, generators)
  const trial = exampleTrials(scenario).find(({ kind }) => kind === 'stimulus')
  return trial === undefined ? [] : explainTrial(scenario, trial, folder)
}

/** `1 udp.length: wrong, right 22, difference 478`. */
function marksOf(frames: readonly AnalysedFrame[]): string[] {
  return frames.flatMap(({ number, layers, unusual }) => [
    ...(unusual === null ? [] : [`${number} unusual`]),
    ...layers.flatMap(({ name, fields, problems }) => [
      ...fields.flatMap(({ name: field, mark }) =>
        mark === undefined
          ? []
          : [
              [
                `${number} ${name}.${field}: ${mark.kind}`,
                ...(mark.right === undefined ? [] : [`right ${JSON.stringify(mark.right)}`]),
                ...(mark.difference === undefined ? [] : [`difference ${mark.difference}`]),
              ].join(', '),
            ],
      ),
      ...problems.map((problem) => `${number} ${name}: ${problem}`),
    ]),
  ])
}

t.test('what is wrong is marked, with what would be right and how far off it is', async (t) => {
  const cases: Record<string, string[]> = {
    'udp-length-beyond-packet': [
      '1 udp.length: wrong, right 22, difference 478',
      '1 udp: 492 bytes of payload announced, 14 are there',
    ],
    'ipv4-ihl-too-small': ['1 ipv4.ihl: wrong, right 5, difference -1'],
    'ipv4-zero-ttl': ['1 ipv4.ttl: unusual, right 64, difference -64'],
    'ipv4-reserved-bit': ['1 ipv4.flags: unusual, right []'],
    'nd-hoplimit-64': ['1 ipv6.hopLimit: wrong, right 255, difference -191'],
    'udp-slack-after-datagram': ['1 udp.trailer: wrong'],
    'ipv6-duplicate-ah': ['1 unusual'],
    'tcp-truncated': ['1 payload: tcp: cut short: 12 bytes are there, too few to reach the end of dataOffset'],
  }
  for (const [id, marks] of Object.entries(cases)) t.same(marksOf(anomaly(id)), marks, id)
})

t.test('a checksum is marked with the one that the bytes give', async (t) => {
  const [frame] = anomaly('ipv4-bad-checksum')
  const field = frame?.layers.find(({ name }) => name === 'ipv4')?.fields.find(({ name }) => name === 'checksum')
  t.equal(field?.value, 0xdead)
  t.equal(field?.mark?.kind, 'wrong')
  t.equal(field?.mark?.difference, undefined, 'checksums have no distance')
  const twin = loadById(folder, 'ipv4-bad-checksum', generators)
  const control = exampleTrials(twin).find(({ kind }) => kind === 'control')
  t.same(control === undefined ? ['none'] : marksOf(explainTrial(twin, control, folder)), [])
})

t.test('TCP numbers are counted from the first, and what was asked to be off is marked', async (t) => {
  const frames = anomaly('tcp-est-out-of-window')
  const tcp = (number: number) => frames[number - 1]?.layers.find(({ name }) => name === 'tcp')?.fields ?? []
  const numbers = frames.map(({ number }) => tcp(number).find(({ name }) => name === 'sequenceNumber')?.relative)
  t.same(numbers.slice(0, 8), [0, 0, 1, 1, 1, 1, 15, 100_015])
  const { mark } = tcp(8).find(({ name }) => name === 'sequenceNumber') ?? {}
  t.match(mark, { kind: 'wrong', why: '100000 beyond the right number, 15', difference: 100_000 })
  t.same(marksOf(frames).filter((mark) => mark.includes('wrong')).length, 1, 'the frames around it are right')
})

t.test(
  'a segment outside of any connection, and a handshake turned round, are seen from the conversation',
  async (t) => {
    const flags = (id: string, number: number) =>
      anomaly(id)
        [number - 1]?.layers.flatMap(({ fields }) => fields)
        .find(({ name, mark }) => name === 'flags' && mark)?.mark?.why
    t.match(flags('tcp-fin-scan', 1), /no SYN came before it/)
    t.match(flags('tcp-est-syn-resend', 8), /open already/)
    t.match(flags('tcp-synack-from-client', 2), /this side asked/)
  },
)

t.test('nothing is wrong in any benign twin of the library', async (t) => {
  for (const scenario of library)
    for (const trial of exampleTrials(scenario))
      if (trial.kind === 'control' && !playsProcess(trial, generators))
        t.same(marksOf(explainTrial(scenario, trial, folder)), [], trial.id)
})

t.test('of nearly every malformed scenario something is marked', async (t) => {
  const malformed = library.filter(({ clause }) => clause === 'malformed').map(({ id }) => id)
  const unmarked = malformed.filter((id) => marksOf(anomaly(id)).length === 0)
  t.ok(unmarked.length <= malformed.length / 12, `unmarked: ${unmarked.join(', ')}`)
})
