import t from 'tap'
import type { Join, JoinOutcome } from '../../../harness/correlation/join.ts'
import { unjoined } from '../../../harness/verdict/joined.ts'

const join = (outcome: JoinOutcome, network = 'eve'): Join => ({
  network,
  process: 'audit',
  outcome,
  keys: [],
  missing: [],
  differing: [],
  candidates: [],
  apartMs: null,
  reason: 'Because of it.',
})

const table: [string, JoinOutcome[], JoinOutcome | null][] = [
  ['nothing was asked', [], null],
  ['joined', ['joined'], null],
  ['joined by one of two pairs of monitors', ['impossible', 'joined'], null],
  ['impossible', ['impossible'], 'impossible'],
  ['ambiguous is better than impossible', ['impossible', 'ambiguous'], 'ambiguous'],
  ['a wrong process is worse than several', ['mistaken', 'ambiguous'], 'ambiguous'],
  ['what could not be decided is no failure', ['impossible', 'inconclusive'], 'inconclusive'],
]
for (const [name, outcomes, expected] of table) {
  t.test(`what keeps the join apart: ${name}`, async (t) => {
    const found = unjoined(outcomes.map((outcome) => join(outcome)))
    t.equal(found?.outcome ?? null, expected)
    if (found) t.match(found.reason, /what eve recorded of the connection .*ecause of it\.$/)
  })
}
