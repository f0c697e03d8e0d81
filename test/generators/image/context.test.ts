import { readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { actorContext } from '../../../generators/image/context.ts'

const dist = fileURLToPath(new URL('../../..', import.meta.url))
const root = join(dist, '..')
const files = actorContext(root, dist)

t.test('each path stands once in the context, the Dockerfile first, relative and without dots', async (t) => {
  const paths = files.map(({ path }) => path)
  t.equal(paths[0], 'Dockerfile')
  t.equal(new Set(paths).size, paths.length)
  t.strictSame(
    paths.filter((path) => path.startsWith('/') || path.includes('..')),
    [],
  )
})

t.test('every module that the agent imports is in the context, and no module that it does not', async (t) => {
  const wanted = new Set<string>()
  const visit = async (path: string): Promise<void> => {
    if (wanted.has(path)) return
    wanted.add(path)
    const text = await readFile(join(dist, path), 'utf8')
    for (const [, target] of text.matchAll(/from ['"](\.[^'"]+)['"]/g))
      await visit(normalize(join(dirname(path), target ?? '')))
  }
  await visit('generators/agent/agent.js')
  const present = files.map(({ path }) => path).filter((path) => path.startsWith('generators/'))
  t.strictSame(present.sort(), [...wanted].sort())
})

t.test('every source that the Dockerfile copies is in the context', async (t) => {
  const dockerfile = await readFile(join(root, 'generators/image/Dockerfile'), 'utf8')
  const copied = Array.from(dockerfile.matchAll(/^COPY (?!--)(\S+) /gm), ([, source]) => source ?? '')
  t.ok(copied.length > 0)
  for (const source of copied)
    t.ok(
      files.some(({ path }) => path.startsWith(`${source}/`)),
      source,
    )
})

t.test('a checkout without packages is an error that says what to do', async (t) => {
  const folder = t.testdir({ node_modules: { nan: {} } })
  t.throws(() => actorContext(folder, dist), { message: /run npm ci/ })
  t.throws(() => actorContext(root, folder), { message: /install and compile first/ })
})
