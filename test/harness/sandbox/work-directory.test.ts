import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { currentOwner, formatOwner } from '../../../harness/sandbox/owner.ts'
import { findWorkDirectories, makeWorkDirectory } from '../../../harness/sandbox/work-directory.ts'

t.test('a work directory says whose it is, is private, and goes with everything in it', async (t) => {
  const parent = t.testdir({})
  {
    await using work = await makeWorkDirectory('s1', parent)
    t.equal(statSync(work.path).mode & 0o777, 0o700)
    writeFileSync(join(work.path, 'eve.json'), '{}\n')
    const [found, ...others] = await findWorkDirectories(parent)
    t.match(found, { path: work.path, owner: await currentOwner(), changedAt: Number })
    t.same(others, [])
    t.match(readFileSync(join(work.path, 'owner.json'), 'utf8'), /^\{.*\}\n$/)
  }
  t.strictSame(readdirSync(parent), [])
})

t.test('folders of somebody else are not found', async (t) => {
  const parent = t.testdir({ 'tocsin-work-without': {}, 'tocsin-work-junk': { 'owner.json': 'junk' }, other: {} })
  writeFileSync(join(parent, 'other/owner.json'), formatOwner(await currentOwner()))
  mkdirSync(join(parent, 'tocsin-work-folder/owner.json'), { recursive: true })
  t.strictSame(await findWorkDirectories(parent), [])
  t.strictSame(await findWorkDirectories('/nonexistent'), [])
})
