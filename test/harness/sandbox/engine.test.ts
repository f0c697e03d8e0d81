import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { pullBaseImage } from '../../../harness/sandbox/base-image.ts'
import { buildImage } from '../../../harness/sandbox/build-image.ts'
import { connectEngine } from '../../../harness/sandbox/engine.ts'
import { followProgress } from '../../../harness/sandbox/progress.ts'

const signal = new AbortController().signal
const quiet = { onText: () => {}, signal }

t.test('an engine that is not there is said to be missing, with what to do', async (t) => {
  const host = 'unix:///nowhere/none.sock'
  await t.rejects(connectEngine({ host }), {
    name: 'SetupError',
    exitCode: 2,
    message: /none\.sock.*apt-get install -y docker\.io/s,
  })
  await t.rejects(connectEngine({ host: 'ssh://box' }), { name: 'SetupError', message: /ssh:\/\/box/ })
  await t.rejects(connectEngine({ host: 'tcp://127.0.0.1:1' }), { name: 'SetupError', message: /ECONNREFUSED/ })
  await t.rejects(connectEngine({ host: 'tcp://127.0.0.1:1', certificates: '/nonexistent' }), {
    message: /certificates/,
  })
})

t.test('an engine that takes the call and says nothing is given up on', async (t) => {
  const host = await serve(t, () => {})
  await t.rejects(connectEngine({ host, patience: 50 }), { name: 'SetupError', message: /no answer within 50 ms/ })
})

t.test('a registry that does not answer does not hold up the start', async (t) => {
  const engine = await connectEngine({ host: await serve(t, engineWith({ '/images/create': () => {} })) })
  t.equal(await pullBaseImage(engine, { ...quiet, patience: 50 }), false)
})

t.test('a registry that stops in the middle does not either', async (t) => {
  const stalled: RequestListener = (_, response) =>
    response.write('{"status":"Pulling from library/debian","id":"trixie-slim"}\n')
  const said: string[] = []
  const engine = await connectEngine({ host: await serve(t, engineWith({ '/images/create': stalled })) })
  t.equal(await pullBaseImage(engine, { onText: (text) => said.push(text), signal, patience: 200 }), false)
  t.strictSame(said, ['trixie-slim: Pulling from library/debian'])
})

t.test('an interrupted pull ends with the reason of the interruption', async (t) => {
  const stop = new AbortController()
  const engine = await connectEngine({
    host: await serve(t, engineWith({ '/images/create': () => stop.abort(new Error('interrupted')) })),
  })
  await t.rejects(pullBaseImage(engine, { onText: () => {}, signal: stop.signal }), { message: 'interrupted' })
})

t.test('a build that fails shows what the builder said last', async (t) => {
  const lines = Array.from({ length: 50 }, (_, index) => `{"stream":"line ${index}\\n"}`)
  const failing: RequestListener = (request, response) => {
    request.resume()
    response.end([...lines, '{"errorDetail":{},"error":"exit code 100"}'].join('\n'))
  }
  const engine = await connectEngine({ host: await serve(t, engineWith({ '/build': failing })) })
  const context = [{ path: 'Dockerfile', content: Buffer.from('FROM scratch\n') }]
  const error = await buildImage(engine, { ...quiet, name: 'tocsin/test:1', context, arguments: {} }).catch((e) => e)
  t.match(error, { name: 'SetupError', message: /^image tocsin\/test:1 could not be built: exit code 100\nline 11\n/ })
  t.match(error.message, /line 49\nexit code 100$/)
})

t.test('a build whose engine dies is no success', async (t) => {
  const dying: RequestListener = (_, response) => {
    response.write('{"stream":"Step 1/2"}\n', () => response.destroy())
  }
  const engine = await connectEngine({ host: await serve(t, engineWith({ '/build': dying })) })
  const context = [{ path: 'Dockerfile', content: Buffer.from('FROM scratch\n') }]
  await t.rejects(buildImage(engine, { ...quiet, name: 'tocsin/test:1', context, arguments: {} }), {
    message: /the connection to the engine broke\nStep 1\/2$/,
  })
})

t.test('progress is read across chunks, and lines that are no JSON are shown as they are', async (t) => {
  const said: string[] = []
  const chunks = [
    '{"stream":"Step 1',
    '/2 : FROM x\\n"}\n{"status":"Down',
    'loading","id":"a1"}\njunk\n{"aux":{"ID":"sha256:0"}}\n',
  ]
  await followProgress(Readable.from(chunks), (text) => said.push(text), signal)
  t.strictSame(said, ['Step 1/2 : FROM x', 'a1: Downloading', 'junk'])
})

/** A small engine: the version, no images, and what the test says. */
function engineWith(routes: Record<string, RequestListener>): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '')
    const route = routes[path]
    if (route) return route(request, response)
    if (path === '/version') return void response.end('{"Version":"20.10.24","ApiVersion":"1.41"}')
    response.writeHead(404).end('{"message":"no such image"}')
  }
}

async function serve(t: Test, listener: RequestListener): Promise<string> {
  // A socket's path may have 107 bytes, which t.testdir exceeds.
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-engine-'))
  const path = join(folder, 'engine.sock')
  const server = createServer(listener).listen(path)
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })
  await once(server, 'listening')
  return `unix://${path}`
}
