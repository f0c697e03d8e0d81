import t from 'tap'
import { withoutOptions } from '../../../harness/commands/run-arguments.ts'

const options = [
  { flags: '--only <ids>', description: '' },
  { flags: '--seed <text>', description: '' },
  { flags: '-o, --out <dir>', description: '' },
  { flags: '--json', description: '' },
]
const rows: [string[], string[]][] = [
  [['run'], ['run']],
  [
    ['run', '--seed', '7', '--only', 'a', '--json'],
    ['run', '--only', 'a'],
  ],
  [
    ['run', '--seed=7', '--only=a', 'mine.yaml'],
    ['run', '--only=a', 'mine.yaml'],
  ],
  [
    ['run', '--only', '--seed', '--out', 'x'],
    ['run', '--only', '--seed'],
  ],
  [
    ['run', '-o', 'x', 'mine.yaml'],
    ['run', '-o', 'x', 'mine.yaml'],
  ],
  [
    ['run', '--json', '--', '--json'],
    ['run', '--', '--json'],
  ],
]

t.test('some options and their values are left out, and nothing else', async (t) => {
  for (const [typed, kept] of rows)
    t.same(withoutOptions(typed, options, ['seed', 'out', 'json']), kept, typed.join(' '))
})
