import t from 'tap'
import type { Join, JoinOutcome } from '../../harness/correlation/join.ts'
import { figures } from '../../harness/evidence/figures.ts'
import type { CampaignRecord } from '../../harness/evidence/record.ts'
import { joinColumns, joinView, trialJoinWords } from '../../reports/join.ts'
import { blindSpots, layerMatrix } from '../../reports/layers.ts'
import { rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

function join(outcome: JoinOutcome): Join {
  return {
    network: 'eve',
    process: 'audit',
    outcome,
    keys: outcome === 'impossible' ? [] : ['destination address', 'time'],
    missing: ['source port'],
    differing: [],
    candidates:
      outcome === 'impossible' ? [] : [{ pid: 7, executable: '/usr/bin/curl', commandLine: 'curl', container: 'c' }],
    apartMs: 3,
    reason: `It is ${outcome}.`,
  }
}

/** The sample with a join on the stimuli of its first scenarios, one outcome each. */
function withJoins(outcomes: readonly JoinOutcome[]): CampaignRecord {
  const record = sampleRecord()
  const ids = record.run.scenarios.slice(0, outcomes.length).map(({ id }) => id)
  for (const trial of record.trials) {
    const outcome = outcomes[ids.indexOf(trial.scenario)]
    if (trial.kind === 'stimulus' && outcome !== undefined) trial.joins = [join(outcome)]
  }
  return record
}

t.test('the join rate counts scenarios, with an interval, and leaves out what could not be decided', async (t) => {
  const [pair, ...others] = figures(withJoins(['joined', 'joined', 'impossible', 'mistaken', 'inconclusive'])).joins
  t.same(others, [])
  t.match(pair, { network: 'eve', process: 'audit', joined: { k: 2, n: 4 } })
  t.match(pair?.joined.interval, { low: Number, high: Number })
  t.same(
    Object.entries(pair?.scenarios ?? {}).map(([outcome, ids]) => [outcome, ids.length]),
    [
      ['joined', 2],
      ['ambiguous', 0],
      ['impossible', 1],
      ['mistaken', 1],
      ['inconclusive', 1],
    ],
  )
  t.same(figures(sampleRecord()).joins, [])
})

t.test('the view has the rate, the keys, and every trial that was not joined', async (t) => {
  const [view] = joinView(withJoins(['joined', 'impossible', 'ambiguous']))
  t.match(view, { title: 'eve with audit', rate: /^1 of 3 \(33\.3%; 95% interval / })
  t.match(view?.keys, [/^\d+ trials? by destination address and time$/])
  t.ok(view?.rows.every((row) => row.length === joinColumns.length))
  t.match(view?.rows[0], [String, String, 'Impossible', 'none', 'none', 'It is impossible.'])
  t.same(joinView(sampleRecord()), [])
  t.same(trialJoinWords({ joins: [join('ambiguous')] }), ['eve with audit: ambiguous. It is ambiguous.'])
})

t.test('reports tell the join rate and each trial that was not joined', async (t) => {
  const record = withJoins(['joined', 'impossible'])
  const markdown = await rendered('markdown', record)
  t.match(markdown, /## Connections and their processes/)
  t.match(markdown, /\| Connections whose process is told by eve with audit \| 1 of 2 /)
  t.match(markdown, /It is impossible/)
  t.notMatch(await rendered('markdown', sampleRecord()), /Connections and their processes/)
  const csv = await rendered('csv', record)
  t.match(csv, /join,join_keys,join_process,join_reason/)
  t.match(csv, /joined,destination address; time,\/usr\/bin\/curl \(7\),It is joined\./)
})

t.test('the matrix has every anomaly with its five layers', async (t) => {
  const all = figures(sampleRecord())
  const rows = layerMatrix(all)
  t.equal(rows.length, all.scenarios.length)
  for (const { cells, figures: own } of rows) {
    t.same(
      cells.map(({ layer }) => layer),
      ['flow', 'packet', 'stream', 'process', 'process-network'],
    )
    for (const [index, { state }] of cells.entries()) {
      const sight = own.layers[index]
      if (state === 'saw') t.ok(sight?.monitored && sight.seen === sight.of)
      if (state === 'blind') t.ok(sight?.monitored && sight.expected && sight.seen === 0)
      if (state === 'none') t.ok(!sight?.monitored || sight.of === 0)
    }
  }
})

t.test('blind spots are told in sentences with their figures', async (t) => {
  const record = sampleRecord()
  const [first, second] = record.run.scenarios
  if (!first || !second) throw new Error('the sample has two scenarios')
  record.run.monitors.push({
    name: 'audit',
    type: 'laurel',
    layers: ['process', 'process-network'],
    version: null,
    embedded: true,
  })
  record.run.scenarios = [first, second].map((each) => ({ ...each, clause: 'rogue-process', telemetry: ['flow'] }))
  record.trials = record.trials.filter(({ scenario }) => scenario === first.id || scenario === second.id)
  for (const trial of record.trials) {
    trial.layers = trial.scenario === first.id ? ['flow', 'process', 'process-network'] : ['flow', 'process']
    if (trial.kind === 'stimulus') Object.assign(trial, { verdict: 'detected', joins: [join('impossible')] })
  }
  t.same(blindSpots(figures(record)), [
    `No monitor recorded which process opened the connection in 1 of 2 rogue-process scenarios: ${second.id}.`,
    `What eve recorded of the connection did not lead to its process in audit in 2 of 2 scenarios that ask for it: ${first.id} and ${second.id}.`,
  ])
  record.run.monitors.pop()
  t.match(blindSpots(figures(record)), [
    /^No monitor of the process-network layer is declared, so none recorded which process opened the connection in/,
  ])
})
