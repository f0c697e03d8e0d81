import { getEventListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { Answers } from '../../../harness/stimulus/answers.ts'

const late = () => new Error('too late')

t.test('an answer is what came, whatever the others do', async (t) => {
  const stop = new AbortController()
  using answers = new Answers(stop.signal)
  const resolve: ((value: number) => void)[] = []
  const given = Array.from({ length: 5 }, (_, index) => new Promise<number>((done) => (resolve[index] = done)))
  const waits = given.map((each) => answers.of(each, 60_000, late))
  for (const index of [2, 0, 4, 1, 3]) {
    resolve[index]?.(index)
    t.equal(await waits[index], index)
  }
  await t.rejects(answers.of(Promise.reject(new Error('refused')), 60_000, late), { message: 'refused' })
})

t.test('what does not come in time is late', async (t) => {
  using answers = new Answers(new AbortController().signal)
  await t.rejects(answers.of(new Promise(() => {}), 5, late), { message: 'too late' })
})

t.test('the signal ends all that wait, and what is asked after it, with its reason', async (t) => {
  const stop = new AbortController()
  using answers = new Answers(stop.signal)
  const done = answers.of(Promise.resolve('in time'), 60_000, late)
  const waits = Array.from({ length: 3 }, () => answers.of(new Promise(() => {}), 60_000, late))
  t.equal(await done, 'in time')
  stop.abort(new Error('enough'))
  for (const wait of waits) await t.rejects(wait, { message: 'enough' })
  await t.rejects(answers.of(Promise.resolve(1), 60_000, late), { message: 'enough' })
})

t.test('however many wait, the signal has one listener, and none when it is over', async (t) => {
  const { signal } = new AbortController()
  const answers = new Answers(signal)
  const waits = Array.from({ length: 20 }, async () => answers.of(turn(), 60_000, late))
  t.equal(getEventListeners(signal, 'abort').length, 1)
  await Promise.all(waits)
  answers[Symbol.dispose]()
  t.equal(getEventListeners(signal, 'abort').length, 0)
})
