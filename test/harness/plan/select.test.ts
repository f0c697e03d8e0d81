import fc from 'fast-check'
import t from 'tap'
import { leftOut, matches, mayBeOf, select } from '../../../harness/plan/select.ts'
import { campaign, scenario } from './fixture.ts'

const attack = (...techniques: string[]) => ({ attack: { analytic: 'AN1999', techniques, basis: 'author' as const } })
const library = [
  scenario('stray-fin', 1, attack('T1205')),
  scenario('stray-rst', 1, attack('T1595.002')),
  scenario('udp-truncated', 1, { clause: 'malformed', ...attack('T1595') }),
]

const chosen = (scenarios: unknown) => select(library, campaign({ scenarios }).scenarios).map(({ id }) => id)

t.test('scenarios are selected by id, clause, technique and exclusion', async (t) => {
  t.same(chosen({}), ['stray-fin', 'stray-rst', 'udp-truncated'])
  t.same(chosen({ ids: ['stray-*'] }), ['stray-fin', 'stray-rst'])
  t.same(chosen({ ids: ['udp-truncated', 'stray-fi?'] }), ['stray-fin', 'udp-truncated'])
  t.same(chosen({ clauses: ['malformed'] }), ['udp-truncated'])
  t.same(chosen({ techniques: ['T1595'] }), ['stray-rst', 'udp-truncated'])
  t.same(chosen({ techniques: ['T1595.*'] }), ['stray-rst'])
  t.same(chosen({ techniques: ['T1595'], clauses: ['extraneous'] }), ['stray-rst'])
  t.same(chosen({ exclude: ['*-rst'] }), ['stray-fin', 'udp-truncated'])
})

t.test('what is selected and what is left out are all there is', async (t) => {
  for (const [scenarios, reasons] of [
    [{}, []],
    [
      { ids: ['stray-*'], clauses: ['extraneous'], exclude: ['*-rst'] },
      [/^not among the ids.*stray-\*$/, /by name: \*-rst$/],
    ],
    [{ clauses: ['malformed'], techniques: ['T1595'] }, [/another clause.*malformed$/]],
    [{ techniques: ['T1595.*'], exclude: ['udp-*'] }, [/another technique/]],
  ] as [unknown, RegExp[]][]) {
    const { scenarios: selection } = campaign({ scenarios })
    const out = leftOut(library, selection)
    t.match(
      out.map(({ reason }) => reason),
      reasons,
    )
    t.equal(out.length, reasons.length)
    t.equal(
      out.reduce((sum, each) => sum + each.scenarios, 0) + select(library, selection).length,
      library.length,
      'the counts reconcile',
    )
  }
})

t.test('where ids decide, the others need not be there: what is selected and left out is the same', async (t) => {
  const ids = library.map(({ id }) => id)
  for (const [scenarios, needed] of [
    [{ ids: ['stray-*'] }, 2],
    [{ ids: ['stray-*'], exclude: ['*-fin', 'udp-*'] }, 2],
    [{ ids: ['udp-truncated'], clauses: ['malformed'] }, 3],
    [{ ids: ['stray-rst'], techniques: ['T1595'] }, 3],
    [{ exclude: ['stray-*'] }, 3],
    [{}, 3],
  ] as const) {
    const { scenarios: selection } = campaign({ scenarios })
    const some = library.filter(({ id }) => mayBeOf(selection, id))
    t.equal(some.length, needed)
    t.same(select(some, selection, { ids }), select(library, selection))
    t.same(leftOut(some, selection, ids), leftOut(library, selection))
  }
  t.throws(
    () => select([], campaign({ scenarios: { ids: ['stray-fun'] } }).scenarios, { names: { ids: '--only' }, ids }),
    {
      message: '--only: "stray-fun" matches no scenario; did you mean "stray-fin"?',
    },
  )
})

t.test('every pattern that matches nothing is named', async (t) => {
  t.throws(
    () =>
      chosen({
        ids: ['stray-*', 'stray-fun', 'x-*'],
        clauses: ['rogue-process'],
        techniques: ['T9999'],
        exclude: ['nothing'],
      }),
    {
      message: [
        'scenarios.ids: "stray-fun" matches no scenario; did you mean "stray-fin"?',
        'scenarios.ids: "x-*" matches no scenario',
        'scenarios.clauses: "rogue-process" matches no scenario',
        'scenarios.techniques: "T9999" matches no scenario',
        'scenarios.exclude: "nothing" matches no scenario',
      ].join('\n'),
      exitCode: 2,
    },
  )
  t.throws(() => chosen({ ids: ['stray-*'], clauses: ['malformed'] }), {
    message: 'scenarios: each pattern matches something, but no scenario is left; loosen the selection',
  })
})

t.test('wildcards match as a regular expression would', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '-', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(pattern, text, (glob, given) => {
      const expression = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`)
      return matches(glob, given) === expression.test(given)
    }),
    { numRuns: 2000 },
  )
})

t.test('a hostile pattern costs no time', async (t) => {
  t.equal(matches(`${'*a'.repeat(50)}b`, 'a'.repeat(100_000)), false)
})
