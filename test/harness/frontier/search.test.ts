import fc from 'fast-check'
import t from 'tap'
import type { Frontier } from '../../../harness/frontier/frontier.ts'
import { type Ask, searchFrontier, type SearchOptions } from '../../../harness/frontier/search.ts'
import { random } from '../../../harness/plan/random.ts'

const usual = { from: 0, to: 1000, resolution: 1, atOnce: 3, confidence: 0.95, trials: 5, mostTrials: 20 }

/** A stack that detects a value with some probability, and how many trials it was asked for. */
function stack(probability: (value: number) => number, seed = 'stack') {
  const { uint32 } = random(seed)
  const asked = { trials: 0, rounds: 0, values: new Set<number>() }
  const ask: Ask = async (wanted) => {
    asked.rounds += 1
    return wanted.map(({ value, trials }) => {
      asked.trials += trials
      asked.values.add(value)
      const hits = Array.from({ length: trials }, () => uint32() / 2 ** 32 < probability(value))
      return { value, detected: hits.filter(Boolean).length, decided: trials }
    })
  }
  return { ask, asked }
}

function search(ask: Ask, changed: Partial<SearchOptions> = {}): Promise<Frontier> {
  return searchFrontier({ ...usual, signal: new AbortController().signal, ask, ...changed })
}

const step = (limit: number) => (value: number) => (value > limit ? 1 : 0)

t.test('a limit is found exactly, whichever side is seen and however many are tried at once', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom(1, 2, 3, 15),
      fc.boolean(),
      async (limit, atOnce, falls) => {
        const probability = (value: number) => (falls ? 1 - step(limit)(value) : step(limit)(value))
        const { ask, asked } = stack(probability)
        const { result, edges, points } = await search(ask, { atOnce })
        t.equal(result, 'found')
        t.same(edges, [{ below: limit, above: limit + 1, detectedSide: falls ? 'below' : 'above', isExact: true }])
        t.ok(points.every(({ isSure, decided }) => isSure && decided === 5))
        if (atOnce === 1) t.ok(asked.values.size <= 5 + 8, `${asked.values.size} values`)
      },
    ),
    { numRuns: 60 },
  )
})

t.test('more values at once take fewer rounds', async (t) => {
  const [one, many] = [stack(step(617)), stack(step(617))]
  await search(one.ask, { atOnce: 1 })
  await search(many.ask, { atOnce: 15 })
  t.ok(one.asked.rounds >= 8 && many.asked.rounds <= 3, `${one.asked.rounds} and ${many.asked.rounds}`)
})

t.test('no change is no frontier, and which of the two is said', async (t) => {
  for (const [probability, result] of [
    [1, 'always-detected'],
    [0, 'never-detected'],
  ] as const) {
    const { ask, asked } = stack(() => probability)
    const found = await search(ask)
    t.match(found, { result, edges: [] })
    t.equal(asked.values.size, 5, 'the ends and three between')
  }
})

t.test('a stack that sees the middle only, or the ends only, is told from one with a limit', async (t) => {
  const inside = (value: number) => (value > 200 && value <= 700 ? 1 : 0)
  const found = await search(stack(inside).ask)
  t.equal(found.result, 'not-monotone')
  t.same(
    found.edges.map(({ below, detectedSide }) => [below, detectedSide]),
    [
      [200, 'above'],
      [700, 'below'],
    ],
  )
  const outside = await search(stack((value) => 1 - inside(value)).ask)
  t.match(outside, { result: 'not-monotone', edges: [{ below: 200 }, { below: 700 }] })
})

t.test('a soft limit is found near where one in two is detected, with mixed values told as unsure', async (t) => {
  const soft = (value: number) => 1 / (1 + Math.exp(-(value - 500) / 30))
  const found = await search(stack(soft).ask, { resolution: 10 })
  for (const { below, above } of found.edges) t.ok(below > 350 && above < 650, `${below} to ${above}`)
  t.ok(found.points.some(({ isSure }) => !isSure))
  for (const { decided, isSure } of found.points) {
    t.ok(decided >= 5 && decided <= 20)
    if (!isSure) t.equal(decided, 20, 'mixed values get all trials')
  }
})

t.test('trials that cannot be decided are played again, and then told', async (t) => {
  const asked: number[] = []
  const good = stack(step(300))
  const ask: Ask = async (wanted) => {
    const answers = await good.ask(wanted)
    return answers.map((answer) => {
      if (answer.value === 500) asked.push(1)
      if (answer.value === 250 && asked.length < 2) return { ...answer, decided: 2, detected: 0 }
      return answer.value === 500 ? { ...answer, decided: 0, detected: 0 } : answer
    })
  }
  const found = await search(ask)
  const point = (value: number) => found.points.find((each) => each.value === value)
  t.match(point(500), { decided: 0, isDetected: null, isSure: false, inconclusive: 15 })
  t.equal(asked.length, 3, 'once and two times again')
  t.match(point(250), { decided: 5, inconclusive: 4, isDetected: false })
  t.match(found, { result: 'found', edges: [{ below: 300, above: 301, isExact: true }] })
})

t.test('where nothing can be decided, nothing is found, and it ends', async (t) => {
  const nothing: Ask = async (wanted) => wanted.map(({ value }) => ({ value, detected: 0, decided: 0 }))
  t.match(await search(nothing), { result: 'inconclusive', edges: [] })
  const silent: Ask = async () => []
  t.match(await search(silent), { result: 'inconclusive', edges: [] })
  // Only the two ends answer: the change lies somewhere between.
  const ends: Ask = async (wanted) =>
    wanted.map(({ value, trials }) =>
      value === 0 || value === 1000
        ? { value, detected: value === 0 ? 0 : trials, decided: trials }
        : { value, detected: 0, decided: 0 },
    )
  t.match(await search(ends), { result: 'found', edges: [{ below: 0, above: 1000, isExact: false }] })
})

t.test('an end that cannot be decided leaves it open whether all are alike', async (t) => {
  const ask: Ask = async (wanted) =>
    wanted.map(({ value, trials }) => ({ value, detected: 0, decided: value === 1000 ? 0 : trials }))
  t.match(await search(ask), { result: 'inconclusive', edges: [] })
})

t.test('the confidence asked for decides how many trials a value gets', async (t) => {
  const { points } = await search(stack(step(500)).ask, { confidence: 0.999, trials: 1 })
  t.ok(
    points.every(({ decided, isSure }) => decided === 10 && isSure),
    '1 - 2^-10',
  )
})

t.test('fractions are searched on a grid without noise', async (t) => {
  const found = await search(stack(step(0.3001)).ask, { from: 0, to: 1, resolution: 0.1 })
  t.match(found.edges, [{ below: 0.3, above: 0.4, isExact: true }])
  t.ok(
    found.points.every(({ value }) => String(value).length <= 4),
    found.points.map(({ value }) => value).join(' '),
  )
})

t.test('after an interruption it asks no more and tells what is known', async (t) => {
  const stop = new AbortController()
  const { ask, asked } = stack(step(500))
  const found = await search(
    async (wanted) => {
      stop.abort()
      return ask(wanted)
    },
    { signal: stop.signal },
  )
  t.equal(asked.rounds, 1)
  t.match(found, { result: 'found', edges: [{ below: 500, above: 750, isExact: false }] })
})
