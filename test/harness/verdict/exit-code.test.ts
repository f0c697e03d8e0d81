import t from 'tap'
import { exitCode } from '../../../harness/verdict/exit-code.ts'

const met = { verdict: 'detected', met: true } as const
const gap = { verdict: 'missed', met: false } as const
const alarm = { verdict: 'false-alarm', met: false } as const
const unsure = { verdict: 'inconclusive', met: null } as const
const outside = { verdict: 'not-applicable', met: null } as const

const cases: [Parameters<typeof exitCode>[1], boolean, number][] = [
  [[met], false, 0],
  [[met, outside], false, 0],
  [[met, gap], false, 1],
  [[met, alarm], false, 1],
  [[gap, unsure], false, 1],
  [[met, unsure], false, 3],
  [[met], true, 3],
  [[gap], true, 1],
  [[outside], false, 3],
  [[], false, 3],
]

t.test('gaps come before doubts, and nothing decided is no success', async (t) => {
  for (const [trials, incomplete, code] of cases)
    t.equal(exitCode({ incomplete }, trials), code, `${trials.map(({ verdict }) => verdict).join()} ${incomplete}`)
})
