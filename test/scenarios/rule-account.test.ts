import t from 'tap'
import { generators } from '../../generators/registry.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { folder } from './generated.ts'
import { reasonTotals, ruleAccount } from './rule-account.ts'
import { parseRules, provokers, shippedRules, shippedTable, switchedOn, unprovokedReasons } from './shipped-rules.ts'

const library = loadLibrary(folder, generators)
const account = ruleAccount(library)

t.test('every shipped rule is provoked by a scenario or has a reason why not, and never both', async (t) => {
  for (const { sid, message, scenarios, reason } of account)
    t.equal(
      scenarios.length > 0,
      reason === null,
      `${sid} ${message}: ${scenarios.map(({ id }) => id).join(', ') || 'no scenario'}, ${reason?.class ?? 'no reason'}`,
    )
})

t.test('a reason is for a rule that is shipped, and says why', async (t) => {
  const shipped = new Set(shippedRules().map(({ sid }) => sid))
  const ids = new Set(library.map(({ id }) => id))
  for (const [sid, { why }] of Object.entries(unprovokedReasons())) {
    t.ok(shipped.has(sid), `${sid} is shipped`)
    for (const [, id] of why.matchAll(/\(([a-z0-9]+(?:-[a-z0-9]+)+)\)/g))
      t.ok(ids.has(id ?? ''), `${sid}: ${id} is a scenario`)
  }
})

t.test('a rule that scenarios name is shipped', async (t) => {
  const shipped = new Set(shippedRules().map(({ sid }) => sid))
  for (const [sid, scenarios] of provokers(library)) t.ok(shipped.has(sid), `${sid} of ${scenarios[0]?.id}`)
})

t.test('what is left commented out has a reason, what is switched on is provoked', async (t) => {
  const on = switchedOn()
  for (const { sid, active, reason } of account) {
    if (!active) t.equal(reason === null, on.has(sid), `${sid}: ${reason?.class ?? 'provoked'}`)
  }
})

t.test('the totals add up to all rules', async (t) => {
  const provoked = account.filter(({ scenarios }) => scenarios.length > 0).length
  const others = reasonTotals(account).reduce((sum, [, count]) => sum + count, 0)
  t.equal(provoked + others, account.length)
  t.comment(`${account.length} rules: ${provoked} provoked`, reasonTotals(account))
})

t.test('rules are read whatever their action, lines and comments', async (t) => {
  const text = [
    '# alerts of a kind',
    'alert ip any any -> any any (msg:"ONE \\"1\\""; sid:1; rev:2;)',
    '#drop tcp any any -> any any (msg: "TWO "; noalert; sid: 22;)',
    'alert udp any any -> any any (msg:"THREE"; \\',
    '      sid:3;)',
    '# alert tcp any any -> any any (msg:"FOUR"; sid:4;)',
    'drop tcp any any -> any any (msg:"FIVE"; sid:5;)',
    '',
  ].join('\n')
  const rules = parseRules([{ file: 'b.rules', text }], new Set(['5']))
  t.strictSame(
    rules.map(({ sid, message, active }) => [sid, message, active]),
    [
      ['1', 'ONE \\"1\\"', true],
      ['3', 'THREE', true],
      ['4', 'FOUR', false],
      ['5', 'FIVE', false],
      ['22', 'TWO', false],
    ],
  )
  t.match(shippedTable(rules), '22\tb.rules\tcommented\tTWO\n')
})
