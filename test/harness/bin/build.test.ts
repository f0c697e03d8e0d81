import { existsSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  buildFingerprint,
  builtFingerprint,
  finishBuild,
  removeOrphans,
  startBuild,
} from '../../../harness/bin/build.mjs'
import { ownRoot } from './clone.ts'

const clone = {
  'tsconfig.json': '{"include": ["harness", "absent"]}',
  'package-lock.json': '{}',
  harness: { 'a.ts': 'a', 'b.mjs': 'b', 'notes.md': 'notes', deep: { 'c.ts': 'c' } },
}

const changes: [string, boolean, (path: (name: string) => string) => void][] = [
  ['nothing', false, () => {}],
  ['a longer source', true, (path) => writeFileSync(path('harness/a.ts'), 'aa')],
  ['a source of another time', true, (path) => utimesSync(path('harness/deep/c.ts'), 1, 1)],
  ['a new source', true, (path) => writeFileSync(path('harness/deep/d.ts'), '')],
  ['a source less', true, (path) => rmSync(path('harness/b.mjs'))],
  ['a new name', true, (path) => renameSync(path('harness/a.ts'), path('harness/z.ts'))],
  ['other settings of the compiler', true, (path) => writeFileSync(path('tsconfig.json'), '{"include": ["harness"] }')],
  ['other packages', true, (path) => writeFileSync(path('package-lock.json'), '{ }')],
  ['a file that is not compiled', false, (path) => writeFileSync(path('harness/notes.md'), 'other notes')],
]

for (const [title, isStale, change] of changes)
  t.test(`${title} makes dist ${isStale ? 'stale' : 'no staler'}`, async (t) => {
    const root = t.testdir(clone)
    const before = buildFingerprint(root)
    change((name) => join(root, name))
    t.equal(buildFingerprint(root) !== before, isStale)
  })

t.test('dist counts as built from the end of a build to the start of the next, while its entry is there', async (t) => {
  const root = t.testdir({ ...clone, dist: { '.tsbuildinfo': '', harness: { cli: { 'main.js': '' } } } })
  t.equal(builtFingerprint(root), null)
  finishBuild(root, 'f')
  t.equal(builtFingerprint(root), 'f')
  startBuild(root)
  t.equal(builtFingerprint(root), null)
  t.ok(existsSync(join(root, 'dist/.tsbuildinfo')), 'what is compiled is not compiled again')
  finishBuild(root, 'f')
  rmSync(join(root, 'dist/harness/cli/main.js'))
  t.equal(builtFingerprint(root), null)
  startBuild(root)
  t.notOk(existsSync(join(root, 'dist/.tsbuildinfo')), 'the compiler forgets that it wrote what is gone')
})

t.test('only compiled files without a source are removed', async (t) => {
  const compiled = {
    'a.js': '',
    'a.js.map': '',
    'b.mjs': '',
    'old.js': '',
    'old.js.map': '',
    'old.mjs': '',
    'data.json': '',
  }
  const root = t.testdir({ ...clone, dist: { 'top.js': '', harness: compiled } })
  removeOrphans(root)
  const kept = Object.keys(compiled).filter((name) => existsSync(join(root, 'dist/harness', name)))
  t.strictSame(kept, ['a.js', 'a.js.map', 'b.mjs', 'data.json'])
  t.ok(existsSync(join(root, 'dist/top.js')))
})

t.test('our own compiler settings can be read', async (t) => {
  t.match(JSON.parse(readFileSync(join(ownRoot, 'tsconfig.json'), 'utf8')), { include: Array })
})
