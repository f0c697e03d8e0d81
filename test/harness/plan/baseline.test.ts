// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import fc from 'fast-check'
import t from 'tap'
import type { Endpoint } from '../../../generators/identity.ts'
import { nearbyPort } from '../../../harness/plan/identities.ts'
import { type Plan, plan } from '../../../harness/plan/plan.ts'
import type { Trial } from '../../../harness/plan/trial.ts'
import type { BaselinePlay } from '../../../harness/scenario/schema.ts'
import { campaign, scenario } from './fixture.ts'

const options = { seed: 'seed', subnet: '198.18.0.0/20' }

const play = (count: number, more: Partial<BaselinePlay> = {}): BaselinePlay => ({
  generator: 'parts',
  with: { parts: ['usual'] },
  note: 'what is usual',
  count,
  teaches: [],
  ...more,
})
const taught = (id: string, baseline: BaselinePlay[] = [play(2), play(1, { roles: { server: 'known' } })]) =>
  scenario(id, 1, { baseline })

const distinct = (values: readonly unknown[]) => new Set(values).size === values.length
const everything = ({ waves }: Plan): Trial[] =>
  waves.flatMap(({ baseline, trials, repeats }) => [...baseline, ...trials, ...repeats])

/** Scenarios of both kinds, and a subnet in which those with a baseline fit. */
const mixed = fc.record({
  taughtCount: fc.integer({ min: 0, max: 5 }),
  plainCount: fc.integer({ min: 0, max: 30 }),
  trials: fc.integer({ min: 1, max: 3 }),
  sentinelEvery: fc.integer({ min: 1, max: 40 }),
  seed: fc.string({ minLength: 1 }),
})
const planned = mixed
  .filter(({ taughtCount, plainCount }) => taughtCount + plainCount > 0)
  .map(({ taughtCount, plainCount, trials, ...rest }) => {
    const scenarios = [
      ...Array.from({ length: taughtCount }, (_, index) => taught(`taught${index}`)),
      ...Array.from({ length: plainCount }, (_, index) => scenario(`plain${index}`)),
    ]
    const made = plan(scenarios, campaign({ trials }), { ...rest, spare: 2, subnet: '198.18.0.0/24' })
    return { taughtCount, plainCount, trials, rest, made }
  })

t.test(
  'a trial with a baseline comes in the first wave, with all of its conversations and one repeat of the anomaly',
  async () => {
    fc.assert(
      fc.property(planned, ({ taughtCount, plainCount, trials, made }) => {
        const [first, ...others] = made.waves
        const all = made.waves.flatMap((wave) => wave.trials)
        return (
          all.length === (taughtCount + plainCount) * trials * 2 &&
          others.every(({ baseline, repeats, trials: late }) => {
            const isLate = late.some(({ scenario: id }) => id.startsWith('taught'))
            return baseline.length === 0 && repeats.length === 0 && !isLate
          }) &&
          first?.baseline.length === taughtCount * trials * 2 * 3 &&
          first?.repeats.length === taughtCount * trials &&
          first?.repeats.every(({ kind }) => kind === 'stimulus') &&
          made.totals.baseline === first?.baseline.length &&
          made.totals.repeats === first?.repeats.length
        )
      }),
    )
  },
)

t.test('a sentinel rings after the baseline and after the repeats too', async () => {
  fc.assert(
    fc.property(planned, ({ rest, made }) =>
      made.waves.every(({ trials, baseline, sentinels }) => {
        const more = baseline.length > 0 ? 3 : 1
        return sentinels.length === Math.ceil(trials.length / rest.sentinelEvery) + more
      }),
    ),
  )
})

t.test(
  'trials share no host with each other, and what is played around a trial shares its hosts and marker, never a flow',
  async () => {
    fc.assert(
      fc.property(planned, ({ made }) =>
        made.waves.every((wave) => {
          const families = new Map<string, Trial[]>(wave.trials.map((trial) => [trial.id, [trial]]))
          for (const each of [...wave.baseline, ...wave.repeats]) families.get(each.of)?.push(each)
          const hosts = [...families.values()].map(
            (family) => new Set(family.flatMap(({ identity }) => [identity.client.ipv4, identity.server.ipv4])),
          )
          const bells = [...wave.sentinels, ...wave.spare].flatMap(({ client, server }) => [client.ipv4, server.ipv4])
          return (
            distinct([...hosts.flatMap((each) => [...each]), ...bells]) &&
            [...families.values()].every(
              (family) =>
                new Set(family.map(({ identity }) => identity.marker)).size === 1 &&
                distinct(family.map(({ identity }) => identity.client.port)),
            )
          )
        }),
      ),
    )
  },
)

t.test('the hosts whose traffic is learnt are one range of addresses, and nobody else is in it', async () => {
  fc.assert(
    fc.property(planned, ({ taughtCount, made }) => {
      if (made.baselined === null) return taughtCount === 0
      const [first, last] = [number(made.baselined.first), number(made.baselined.last)]
      const isIn = ({ ipv4 }: Endpoint) => number(ipv4) >= first && number(ipv4) <= last
      return made.waves.slice(0, 1).every(({ trials, sentinels, spare }) => {
        const plain = trials.filter(({ scenario: id }) => id.startsWith('plain')).map(({ identity }) => identity)
        const learnt = everything({ ...made, waves: made.waves.slice(0, 1) }).filter(({ scenario: id }) =>
          id.startsWith('taught'),
        )
        return (
          learnt.every(({ identity }) => isIn(identity.client) && isIn(identity.server)) &&
          [...plain, ...sentinels, ...spare].every(({ client, server }) => !isIn(client) && !isIn(server))
        )
      })
    }),
  )
})

t.test('every playing has an id of its own, and a plan with baselines is plain JSON', async (t) => {
  const made = plan([taught('a'), scenario('b')], campaign({ trials: 2 }), options)
  t.ok(distinct(everything(made).map(({ id }) => id)))
  t.same(JSON.parse(JSON.stringify(made)), made)
  const [trial] = made.waves[0]?.trials.filter(({ id }) => id === 'a[]/stimulus/1') ?? []
  const own = made.waves[0]?.baseline.filter(({ of }) => of === trial?.id) ?? []
  t.same(
    own.map(({ id, phase }) => [id, phase]),
    [
      ['a[]/stimulus/1/baseline/1.1', 'baseline'],
      ['a[]/stimulus/1/baseline/1.2', 'baseline'],
      ['a[]/stimulus/1/baseline/2.1', 'baseline'],
    ],
  )
  t.equal(own[0]?.identity.server.ipv4, trial?.identity.server.ipv4)
  t.not(own[2]?.identity.server.ipv4, trial?.identity.server.ipv4, 'the known host is another one')
  t.match(made.waves[0]?.repeats[0], { phase: 'repeat', generator: 'parts', parameters: trial?.parameters })
})

t.test('what is taught is told with the hosts that teach it', async (t) => {
  const teaches = ['host ${server.ipv4}', 'name ${marker}.example']
  const made = plan([taught('a', [play(1, { teaches, roles: { server: 'known' } })])], campaign(), options)
  const [first] = made.waves[0]?.baseline ?? []
  t.same(first?.teaches, [`host ${first?.identity.server.ipv4}`, `name ${first?.identity.marker}.example`])
})

t.test('scenarios with a baseline that do not fit into the first wave are refused', async (t) => {
  const many = Array.from({ length: 8 }, (_, index) => taught(`s${index}`))
  t.throws(() => plan(many, campaign(), { ...options, subnet: '198.18.0.0/26' }), {
    message:
      'the subnet 198.18.0.0/26 has 23 pairs of addresses, too few for 16 trials with a baseline, which all need two that nobody had before; take a larger one, or fewer scenarios or trials',
    exitCode: 2,
  })
})

t.test('conversations of the same hosts have ports of their own, all of them ephemeral', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 32_768, max: 60_999 }), (port) => {
      const ports = Array.from({ length: 2001 }, (_, index) => nearbyPort(port, index))
      return ports[0] === port && distinct(ports) && ports.every((each) => each >= 32_768 && each <= 60_999)
    }),
  )
})

function number(ipv4: string): number {
  return ipv4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
