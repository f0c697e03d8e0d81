import fc from 'fast-check'
import t from 'tap'
import type { Identity } from '../../../generators/identity.ts'
import { makeConversation } from '../../../harness/plan/conversation.ts'
import { plan, type Plan, type Wave } from '../../../harness/plan/plan.ts'
import { generators } from '../scenario/fixture.ts'
import { campaign, scenario } from './fixture.ts'

const options = { seed: 'seed', subnet: '198.18.0.0/20' }

const library = fc
  .array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 })
  .map((cases) => cases.map((count, index) => scenario(`s${index}`, count)))

const small = fc.record({
  scenarios: library,
  trials: fc.integer({ min: 1, max: 5 }),
  seed: fc.string({ minLength: 1 }),
  subnet: fc.constantFrom('198.18.0.0/26', '198.18.4.0/25', '10.1.0.0/24'),
  sentinelEvery: fc.integer({ min: 1, max: 40 }),
  spare: fc.integer({ min: 0, max: 5 }),
})

const planned = small.map(({ scenarios, trials, ...rest }) => ({
  scenarios,
  trials,
  rest,
  made: plan(scenarios, campaign({ trials }), rest),
}))

const identitiesOf = (wave: Wave): Identity[] => [
  ...wave.trials.map((trial) => trial.identity),
  ...wave.sentinels,
  ...wave.spare,
]

const distinct = (values: readonly unknown[]) => new Set(values).size === values.length

t.test('it plans what was selected, though the campaign excludes what is no longer there', async (t) => {
  const chosen = [scenario('b'), scenario('a')]
  const { scenarios } = plan(chosen, campaign({ scenarios: { ids: ['?'], exclude: ['c'] } }), options)
  t.strictSame(scenarios, ['a', 'b'])
  t.throws(() => plan([], campaign(), options), { message: 'the campaign has no scenario' })
})

t.test('legal traffic that must not alert is a control without a stimulus', async (t) => {
  const knownDefects = { suricata: { '1': 'it misfires' } }
  const { cases } = scenario('legal', 2)
  const legal = scenario('legal', 2, {
    kind: 'must-not-alert',
    knownDefects,
    cases: cases.map((each) => ({ ...each, stimulus: null })),
  })
  const { totals, waves } = plan([legal, scenario('other')], campaign({ trials: 3 }), options)
  t.match(totals, { scenarios: 2, cases: 3, stimuli: 3, controls: 9, mustNotAlert: 6 })
  const trials = waves.flatMap((wave) => wave.trials)
  t.equal(trials.length, 12)
  for (const trial of trials)
    t.same(
      [trial.kind === 'control', trial.knownDefects],
      trial.scenario === 'legal' ? [true, knownDefects] : [trial.kind === 'control', undefined],
    )
})

t.test('counts reconcile: cases x trials x 2', async () => {
  fc.assert(
    fc.property(planned, ({ scenarios, trials, made }) => {
      const cases = scenarios.reduce((sum, each) => sum + each.cases.length, 0)
      const all = made.waves.flatMap((wave) => wave.trials)
      const stimuli = all.filter((trial) => trial.kind === 'stimulus').length
      const { totals } = made
      return (
        all.length === cases * trials * 2 &&
        stimuli === totals.stimuli &&
        all.length - stimuli === totals.controls &&
        stimuli === totals.controls &&
        totals.cases === cases &&
        totals.scenarios === scenarios.length &&
        totals.waves === made.waves.length &&
        totals.sentinels === made.waves.reduce((sum, wave) => sum + wave.sentinels.length, 0) &&
        distinct(all.map((trial) => trial.id))
      )
    }),
  )
})

t.test('inside a wave no two identities share anything; over waves no marker, MAC or IPv6 address', async () => {
  fc.assert(
    fc.property(planned, ({ made }) => {
      const waves = made.waves.map(identitiesOf)
      const all = waves.flat()
      const ends = (each: readonly Identity[]) => each.flatMap(({ client, server }) => [client, server])
      return (
        waves.every(
          (each) => distinct(ends(each).map((end) => end.ipv4)) && distinct(each.map(({ client }) => client.port)),
        ) &&
        distinct(all.map(({ marker }) => marker)) &&
        distinct(ends(all).map((end) => end.mac)) &&
        distinct(ends(all).map((end) => end.ipv6))
      )
    }),
  )
})

t.test('a sentinel rings before the first trial, after each stretch and after the last', async () => {
  fc.assert(
    fc.property(planned, ({ rest, made }) =>
      made.waves.every(
        ({ trials, sentinels, spare }) =>
          trials.length > 0 &&
          sentinels.length === Math.ceil(trials.length / rest.sentinelEvery) + 1 &&
          spare.length === rest.spare,
      ),
    ),
  )
})

t.test('the same seed gives the same plan, whatever the order of the scenarios', async () => {
  fc.assert(
    fc.property(small, ({ scenarios, trials, ...rest }) => {
      const again = plan(scenarios.toReversed(), campaign({ trials }), rest)
      return JSON.stringify(plan(scenarios, campaign({ trials }), rest)) === JSON.stringify(again)
    }),
  )
})

t.test('another seed gives another order, other markers and ports, and the same trials', async (t) => {
  const scenarios = Array.from({ length: 40 }, (_, index) => scenario(`s${index}`))
  const trialsOf = (made: Plan) => made.waves.flatMap((wave) => wave.trials)
  const one = trialsOf(plan(scenarios, campaign(), options))
  const other = trialsOf(plan(scenarios, campaign(), { ...options, seed: 'another' }))
  t.notSame(
    one.map(({ id }) => id),
    other.map(({ id }) => id),
  )
  t.same(one.map(({ id }) => id).sort(), other.map(({ id }) => id).sort())
  t.not(one[0]?.identity.marker, other[0]?.identity.marker)
  t.not(one[0]?.identity.client.port, other[0]?.identity.client.port)
})

t.test('a plan is plain JSON', async (t) => {
  const made = plan([scenario('a', 3)], campaign({ trials: 2 }), options)
  t.same(JSON.parse(JSON.stringify(made)), made)
})

t.test('trials that do not fit into the addresses make more waves', async (t) => {
  const scenarios = Array.from({ length: 30 }, (_, index) => scenario(`s${index}`))
  t.equal(plan(scenarios, campaign(), options).waves.length, 1)
  // A /26 has 23 pairs: 8 are spare, 2 are sentinels, 13 are trials.
  const { waves } = plan(scenarios, campaign(), { ...options, subnet: '198.18.0.0/26' })
  t.same(
    waves.map((wave) => wave.trials.length),
    [13, 13, 13, 13, 8],
  )
})

t.test('a /20 gives about two thousand trials a wave', async (t) => {
  const { waves } = plan([scenario('a', 1000)], campaign({ trials: 2 }), options)
  t.same(
    waves.map((wave) => wave.trials.length),
    [2021, 1979],
  )
})

t.test('a campaign that is too large, or a subnet that is too small, is refused', async (t) => {
  t.throws(() => plan([scenario('a', 1000)], campaign({ trials: 1000 }), options), {
    message: 'the campaign has 2000000 trials, the limit is 200000; select fewer scenarios or trials',
    exitCode: 2,
  })
  t.throws(() => plan([scenario('a')], campaign(), { ...options, subnet: '198.18.0.0/26', spare: 21 }), {
    message: 'the subnet 198.18.0.0/26 has 23 pairs of addresses, too few for one trial; take a larger one',
  })
})

t.test('a conversation is made of a trial: the same one each time, with the marker of the trial', async (t) => {
  const [trial] = plan([scenario('a')], campaign(), options).waves[0]?.trials ?? []
  if (trial === undefined) throw new Error('no trial')
  const made = makeConversation(trial, generators)
  t.same(makeConversation(trial, generators), made)
  t.match(Buffer.from([...made.frames][0]?.bytes ?? []).toString(), trial.identity.marker)
  t.throws(() => makeConversation({ ...trial, generator: 'none' }, generators), {
    message: `${trial.id}: unknown generator "none"`,
  })
  t.throws(() => makeConversation({ ...trial, parameters: { parts: ['refuse me'] } }, generators), {
    message: `${trial.id}: generator "parts" refuses its parameters: parts[0]: cannot be made into a packet`,
    exitCode: 2,
  })
})
