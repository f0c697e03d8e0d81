import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { contextDigest, readContext, rebase, tarContext } from '../../../harness/sandbox/build-context.ts'

const entries = [
  {
    path: 'Dockerfile',
    content: Buffer.from('FROM debian:trixie-slim AS a\nRUN b\nFROM debian:trixie-slim\nCOPY --from=a /x /x\n'),
  },
  { path: 'a/start.sh', content: Buffer.from('#!/bin/sh\n') },
]

t.test('the digest is twelve hex digits and changes with a path, a content and a boundary between files', async (t) => {
  const digest = contextDigest(entries)
  t.match(digest, /^[0-9a-f]{12}$/)
  t.equal(contextDigest(entries.map((entry) => ({ ...entry }))), digest)
  const other = (index: number, change: object) =>
    entries.map((entry, at) => (at === index ? { ...entry, ...change } : entry))
  t.not(contextDigest(other(1, { path: 'b/start.sh' })), digest)
  t.not(contextDigest(other(1, { content: Buffer.from('#!/bin/sh') })), digest)
  t.not(
    contextDigest([{ path: 'ab', content: Buffer.from('c') }]),
    contextDigest([{ path: 'a', content: Buffer.from('bc') }]),
  )
})

t.test('files are read in the order of their paths, whatever order they were named in', async (t) => {
  const folder = t.testdir({ one: '1', two: '2' })
  const read = await readContext([
    { path: 'z', source: `${folder}/one` },
    { path: 'b', source: `${folder}/two` },
  ])
  t.strictSame(
    read.map(({ path, content }) => `${path}=${content.toString()}`),
    ['b=2', 'z=1'],
  )
})

t.test('every stage on the base image is put upon another, and no other line changes', async (t) => {
  const [dockerfile, other] = rebase(entries, 'tocsin/base:0123')
  t.equal(
    String(dockerfile?.content),
    'FROM tocsin/base:0123 AS a\nRUN b\nFROM tocsin/base:0123\nCOPY --from=a /x /x\n',
  )
  t.strictSame(other, entries[1])
})

t.test('tar reads the context, scripts are executable and times are fixed', async (t) => {
  const tar = spawn('tar', ['-tvf', '-', '--utc'], { stdio: ['pipe', 'pipe', 'inherit'] })
  tarContext(entries).pipe(tar.stdin)
  const lines = (await text(tar.stdout)).trim().split('\n')
  t.match(lines[0], /^-rw-r--r-- .* 1970-01-01 00:00 Dockerfile$/)
  t.match(lines[1], /^-rwxr-xr-x .* 1970-01-01 00:00 a\/start\.sh$/)
})
