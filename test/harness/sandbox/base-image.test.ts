import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { publicMirrors } from '../../../harness/sandbox/apt-sources.ts'
import { ensureBaseImage, proxyArguments } from '../../../harness/sandbox/base-image.ts'
import { connectEngine } from '../../../harness/sandbox/engine.ts'

const proxies = { http: 'http://proxy.example:3128', https: null }
const host = { mirrors: publicMirrors, proxies, settings: '', certificates: null }
const making = { onText: () => {}, signal: new AbortController().signal }

t.test('a base image that the engine has is used as it is', async (t) => {
  const { engine, imported, asked } = await engineThat(t, { hasImage: true })
  await ensureBaseImage(engine, host, { ...making, mmdebstrap: '/nonexistent' })
  t.strictSame(imported, [])
  t.notOk(asked.some((path) => path.startsWith('/images/create')))
})

t.test("where no registry has it, it is made of Debian's packages through the host's mirror and proxy", async (t) => {
  const { engine, imported } = await engineThat(t, { hasImage: false })
  const mmdebstrap = script(t, 'echo working >&2; echo "$http_proxy $*"')
  await ensureBaseImage(engine, host, { ...making, mmdebstrap })
  t.strictSame(imported, [
    `http://proxy.example:3128 --variant=minbase --include=ca-certificates trixie - ${publicMirrors.archive}\n`,
  ])
})

t.test('without mmdebstrap it is said what to install, and why nothing was pulled', async (t) => {
  const { engine } = await engineThat(t, { hasImage: false })
  await t.rejects(ensureBaseImage(engine, host, { ...making, mmdebstrap: '/nonexistent/mmdebstrap' }), {
    name: 'SetupError',
    message: /could not be pulled \(no such registry\).*: apt-get install -y mmdebstrap debian-archive-keyring$/,
  })
})

t.test('when mmdebstrap fails its last words are shown and nothing becomes the image', async (t) => {
  const { engine, imported } = await engineThat(t, { hasImage: false })
  const mmdebstrap = script(t, 'echo half; echo "E: mirror is down" >&2; exit 25')
  await t.rejects(ensureBaseImage(engine, host, { ...making, mmdebstrap }), {
    name: 'SetupError',
    message: /failed \(exit status 25\):\nE: mirror is down$/,
  })
  t.strictSame(imported, [])
})

t.test('an interruption ends mmdebstrap with the reason of the interruption', async (t) => {
  const { engine } = await engineThat(t, { hasImage: false })
  const stop = new AbortController()
  const onText = (said: string) => {
    if (said === 'working') stop.abort(new Error('interrupted'))
  }
  const mmdebstrap = script(t, 'echo working >&2; exec sleep 60')
  await t.rejects(ensureBaseImage(engine, host, { onText, signal: stop.signal, mmdebstrap }), {
    message: 'interrupted',
  })
})

t.test('proxies become build arguments', async (t) => {
  t.strictSame(proxyArguments(host), { http_proxy: 'http://proxy.example:3128' })
  t.strictSame(proxyArguments({ ...host, proxies: { http: null, https: 'http://s' } }), { https_proxy: 'http://s' })
})

function script(t: Test, body: string): string {
  const path = join(t.testdir({}), 'mmdebstrap')
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

/** A small engine whose registry is out of reach. */
async function engineThat(t: Test, { hasImage }: { hasImage: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-engine-'))
  const socket = join(folder, 'engine.sock')
  const imported: string[] = []
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    if (url.startsWith('/version')) return void response.end('{"Version":"20.10.24","ApiVersion":"1.41"}')
    if (url.startsWith('/images/debian') && hasImage) return void response.end('{"Id":"sha256:0"}')
    if (url.includes('fromSrc')) {
      return void text(request).then((body) => {
        imported.push(body)
        response.end('{"status":"sha256:1"}\n')
      })
    }
    const status = url.startsWith('/images/create') ? 500 : 404
    response.writeHead(status).end('{"message":"no such registry"}')
  }).listen(socket)
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })
  await once(server, 'listening')
  return { engine: await connectEngine({ host: `unix://${socket}` }), imported, asked }
}
