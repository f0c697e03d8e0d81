import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { nodeProblem } from '../../../harness/bin/node-version.mjs'
import { createClone } from './clone.ts'

const building = 'Building dist from the sources.\n'

t.test('a clone without packages installs them, builds, and runs from any directory', async (t) => {
  const clone = createClone(t, { hasPackages: false })
  const cwd = tmpdir()
  const { child, ended } = clone.start(['run', '--flag', 'a b'], { cwd })
  const first = await ended
  t.match(first.stderr, /^Installing npm packages as in package-lock\.json \(none are there\)\.\n[\s\S]*Building dist/)
  t.equal(first.status, 7, 'the exit code of the program is passed on')
  t.strictSame(JSON.parse(first.stdout), { argv: ['run', '--flag', 'a b'], cwd, pid: child.pid })
  const second = await clone.start([]).ended
  t.equal(second.stderr, '', 'a second run does nothing')
  t.equal(second.status, 7)
})

t.test('what is stale is built again, and what has lost its source goes', async (t) => {
  const clone = createClone(t, { hasPackages: true })
  clone.write('test/old.test.ts', 'export {}\n')
  t.match(await clone.start([]).ended, { stderr: building, status: 7 })
  t.ok(existsSync(join(clone.root, 'dist/test/old.test.js')))
  rmSync(join(clone.root, 'test/old.test.ts'))
  clone.write('harness/cli/main.ts', 'export const main = () => 9\n')
  t.match(await clone.start([]).ended, { stderr: building, status: 9 })
  t.notOk(existsSync(join(clone.root, 'dist/test/old.test.js')))
  rmSync(join(clone.root, 'dist/harness/cli/main.js'))
  t.match(await clone.start([]).ended, { stderr: building, status: 9 })
  t.match(await clone.start([]).ended, { stderr: '', status: 9 })
})

t.test('a build that fails says why, exits with 2, and is tried again', async (t) => {
  const clone = createClone(t, { hasPackages: true })
  clone.write('harness/cli/main.ts', 'export const main = (\n')
  const { status, stdout, stderr } = await clone.start([]).ended
  t.equal(status, 2)
  t.equal(stdout, '')
  t.match(stderr, /main\.ts[\s\S]*TS1\d{3}[\s\S]*tocsin: the build failed/)
  t.match(await clone.start([]).ended, { status: 2, stderr: /TS1\d{3}/ })
})

t.test('many starts at once prepare the clone once', async (t) => {
  const clone = createClone(t, { hasPackages: true })
  const all = await Promise.all([1, 2, 3].map((number) => clone.start([String(number)]).ended))
  for (const [index, { status, stdout }] of all.entries()) {
    t.equal(status, 7)
    t.match(JSON.parse(stdout), { argv: [String(index + 1)] })
  }
  t.equal(all.filter(({ stderr }) => stderr.includes(building)).length, 1)
})

t.test('an npm that fails ends the start with 2', async (t) => {
  const clone = createClone(t, { hasPackages: false, programs: { npm: 'echo "npm: $*"; exit 5' } })
  const { status, stdout, stderr } = await clone.start([]).ended
  t.equal(status, 2)
  t.equal(stdout, '', 'results alone go to stdout')
  t.match(stderr, `npm: ci --include=dev --no-audit --no-fund --loglevel=error --prefix ${clone.root}\n`)
  t.match(stderr, 'tocsin: npm ci failed with status 5')
})

t.test('without npm it says so', async (t) => {
  const clone = createClone(t, { hasPackages: false })
  const { status, stderr } = await clone.start([], { env: { PATH: clone.root } }).ended
  t.equal(status, 2)
  t.match(stderr, 'tocsin: cannot run npm')
})

t.test('SIGTERM while packages are installed is passed on', async (t) => {
  const npm = `trap 'echo stopped > "$NOTES"; exit 1' TERM; echo up >&2; /bin/sleep 60 & wait`
  const clone = createClone(t, { hasPackages: false, programs: { npm } })
  const notes = join(clone.root, 'notes')
  const { child, ended } = clone.start([], { env: { NOTES: notes } })
  let heard = ''
  for await (const text of child.stderr ?? []) {
    heard += text
    if (heard.includes('up\n')) break
  }
  child.kill('SIGTERM')
  t.equal((await ended).status, 143)
  t.equal(readFileSync(notes, 'utf8'), 'stopped\n')
})

t.test('a signal reaches the program itself', async (t) => {
  const clone = createClone(t, { hasPackages: true })
  clone.write(
    'harness/cli/main.ts',
    `declare const process: any, console: any
    export const main = () => {
      process.once('SIGINT', () => process.exit(130))
      process.stdin.resume()
      console.log('ready')
    }\n`,
  )
  const { child, ended } = clone.start([])
  if (child.stdout) await once(child.stdout, 'data')
  child.kill('SIGINT')
  t.match(await ended, { status: 130, signal: null })
})

t.test('Node versions', async (t) => {
  for (const version of ['20.0.0', '22.4.1', '24.0.0', '26.1.0']) t.equal(nodeProblem(version), null, version)
  for (const version of ['4.9.1', '16.20.2', '18.20.8', '19.9.0'])
    t.match(nodeProblem(version), `Node ${version} is too old; install Node 20 or newer`)
})

t.test('on an older Node one sentence is said, and nothing else is done', async (t) => {
  const clone = createClone(t, { hasPackages: false })
  const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"18.20.0"}})'
  const { status, stdout, stderr } = await clone.start([], { nodeArgs: ['--import', pretend] }).ended
  t.equal(status, 2)
  t.equal(stdout, '')
  t.match(stderr, /^tocsin: Node 18\.20\.0 is too old[^\n]*\n$/)
})
