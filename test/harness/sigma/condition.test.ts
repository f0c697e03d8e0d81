import t from 'tap'
import { parseCondition } from '../../../harness/sigma/condition.ts'
import { searchExpression } from '../../../harness/sigma/detection.ts'
import { UnsupportedRule } from '../../../harness/sigma/rejected.ts'
import { plainTest } from './plain.ts'

const names = ['selection_a', 'selection_b', 'filter_x', 'filter_y', '_hidden']
const searches = new Map(names.map((name) => [name, searchExpression({ [name]: 1 }, {})]))

/** A condition, and the sets of searches for which it holds. */
const cases: [condition: string, holds: string[][], fails: string[][]][] = [
  ['selection_a', [['selection_a']], [[], ['selection_b']]],
  ['selection_a and selection_b', [['selection_a', 'selection_b']], [['selection_a']]],
  ['selection_a or selection_b', [['selection_a'], ['selection_b']], [['filter_x']]],
  ['not selection_a', [[]], [['selection_a']]],
  ['not not selection_a', [['selection_a']], [[]]],
  ['selection_a or selection_b and filter_x', [['selection_a'], ['selection_b', 'filter_x']], [['selection_b']]],
  ['(selection_a or selection_b) and filter_x', [['selection_b', 'filter_x']], [['selection_a']]],
  ['not selection_a and selection_b', [['selection_b']], [['selection_a', 'selection_b'], []]],
  ['not (selection_a and selection_b)', [['selection_a'], []], [['selection_a', 'selection_b']]],
  ['1 of selection_*', [['selection_a'], ['selection_b']], [['filter_x']]],
  ['any of selection_*', [['selection_b']], [[]]],
  ['all of selection_*', [['selection_a', 'selection_b']], [['selection_a']]],
  ['1 of *_x', [['filter_x']], [['filter_y']]],
  ['selection_a and not 1 of filter_*', [['selection_a']], [['selection_a', 'filter_y']]],
  ['1 of them', [['filter_y']], [['_hidden'], []]],
  [
    'all of them',
    [['selection_a', 'selection_b', 'filter_x', 'filter_y']],
    [['selection_a', 'selection_b', 'filter_x']],
  ],
  ['SELECTION_A'.toLowerCase().concat(' AND NOT filter_x'), [['selection_a']], [['selection_a', 'filter_x']]],
  ['_hidden', [['_hidden']], [[]]],
]

for (const [condition, holds, fails] of cases) {
  t.test(condition, async (t) => {
    const test = plainTest(parseCondition(condition, searches))
    const event = (set: string[]) => Object.fromEntries(set.map((name) => [name, 1]))
    for (const set of holds) t.equal(test(event(set)), true, `holds for ${set.join(', ') || 'nothing'}`)
    for (const set of fails) t.equal(test(event(set)), false, `fails for ${set.join(', ') || 'nothing'}`)
  })
}

const refused: [condition: string, reason: RegExp][] = [
  ['', /it ends too early/],
  ['selection_a and', /it ends too early/],
  ['(selection_a', /a bracket is not closed/],
  ['selection_a)', /"\)" is not expected here/],
  ['selection_a selection_b', /"selection_b" is not expected here/],
  ['selection_c', /there is no "selection_c" among the searches selection_a, selection_b/],
  ['1 of nothing*', /no search fits "nothing\*"/],
  ['1 of', /a name or "them" must follow "of"/],
  ['selection_a | count() > 5', /the old form of a correlation/],
]

for (const [condition, reason] of refused) {
  t.test(`refuses "${condition}"`, async (t) => {
    t.throws(() => parseCondition(condition, searches), UnsupportedRule)
    t.throws(() => parseCondition(condition, searches), { message: reason })
  })
}
