import t from 'tap'
import { missingPackage } from '../../../harness/bin/packages.mjs'

const wanted = {
  '': { name: 'clone' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/a/node_modules/@x/b': { version: '2.0.0', integrity: 'sha512-b' },
  'node_modules/c': { version: '3.0.0', integrity: 'sha512-c', optional: true },
}
const { 'node_modules/c': _, ...withoutOptional } = wanted

const cases: [string, object | string | null, string | null][] = [
  ['all are there', wanted, null],
  ['an optional one is absent', withoutOptional, null],
  ['there are others besides', { ...wanted, 'node_modules/d': {} }, null],
  ['there are none', null, 'none are there'],
  ['npm was interrupted', '{"packages": {', 'none are there'],
  ['one is absent', { ...wanted, 'node_modules/a/node_modules/@x/b': undefined }, '@x/b is missing'],
  ['one is another version', { ...wanted, 'node_modules/a': { version: '1.0.1' } }, 'a is 1.0.1 instead of 1.0.0'],
  [
    'one is another file',
    { ...wanted, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-z' } },
    'a is 1.0.0 instead of 1.0.0',
  ],
]

for (const [title, present, expected] of cases)
  t.test(title, async (t) => {
    const text = typeof present === 'string' ? present : JSON.stringify({ packages: present })
    const root = t.testdir({
      'package-lock.json': JSON.stringify({ packages: wanted }),
      ...(present ? { node_modules: { '.package-lock.json': text } } : {}),
    })
    t.equal(missingPackage(root), expected)
  })
