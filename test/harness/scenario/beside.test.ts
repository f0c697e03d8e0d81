import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { generators } from '../../../generators/registry.ts'
import { encodeStack } from '../../../generators/packets/stack.ts'
import { writePcap } from '../../../generators/wires/pcap-file.ts'
import { filesBeside } from '../../../harness/scenario/beside.ts'
import { loadLibrary } from '../../../harness/scenario/load.ts'

const frame = encodeStack(
  ['ethernet', 'ipv4', 'udp'].map((layer) => ({
    layer,
    values: { ethernet: {}, ipv4: { source: '10.0.0.1', destination: '10.0.0.2' }, udp: {} }[layer] ?? {},
  })),
)
const pcap = writePcap([{ at: 0n, bytes: frame }])
const scenario = (stimulus: string, control = 'a.pcap') =>
  `
id: one
title: t
clause: malformed
description: d
attack: { basis: author }
stimulus: { generator: replay, with: { capture: ${stimulus}, checksums: repair } }
control: { generator: replay, with: { capture: ${control} } }
expect: { telemetry: [flow] }
`.trimStart()

/** A scenario folder with a capture outside of it and one inside. */
function folderFor(test: Test, text: string): string {
  const root = test.testdir({ library: { malformed: { 'one.yaml': text, 'a.pcap': '' } }, outside: {} })
  writeFileSync(join(root, 'library/malformed/a.pcap'), pcap)
  writeFileSync(join(root, 'outside/b.pcap'), pcap)
  return join(root, 'library')
}

t.test('a scenario plays the files beside it, and its digest covers them', async (t) => {
  const folder = folderFor(t, scenario('../malformed/a.pcap'))
  const digest = () => loadLibrary(folder, generators)[0]?.digest
  const before = digest()
  t.equal(digest(), before)
  writeFileSync(join(folder, 'malformed/a.pcap'), writePcap([{ at: 1_000_000n, bytes: frame }]))
  t.not(digest(), before)
})

t.test('what was opened is told with its digest, each file once', async (t) => {
  const folder = folderFor(t, '')
  const files = filesBeside(folder, join(folder, 'malformed/one.yaml'))
  t.strictSame(files.digests(), [])
  files.open('a.pcap')[Symbol.dispose]()
  files.open('a.pcap')[Symbol.dispose]()
  t.strictSame(files.digests(), [['a.pcap', createHash('sha256').update(pcap).digest('hex')]])
})

const refused: [path: string, message: RegExp][] = [
  [
    '../../outside/b.pcap',
    /one\.yaml:6:\d+: stimulus\.with: capture: \.\.\/\.\.\/outside\/b\.pcap: leads out of the scenario folder ".*"; copy the file into it/,
  ],
  ['link.pcap', /link\.pcap: (leads out of the scenario folder|is a link that leads out)/],
  ['/etc/passwd', /capture: \/etc\/passwd: write the path relative to the scenario's file/],
  ['none.pcap', /capture: .*none\.pcap: no such file/],
  ['../malformed', /capture: .*malformed: is a folder; name a file/],
]

for (const [path, message] of refused) {
  t.test(`refused: ${path}`, async (t) => {
    const folder = folderFor(t, scenario(path))
    if (path === 'link.pcap') symlinkSync('../../outside/b.pcap', join(folder, 'malformed/link.pcap'))
    t.throws(() => loadLibrary(folder, generators), { name: 'InputError', message })
  })
}

t.test('a capture that cannot be read is told with the place in the scenario and in the capture', async (t) => {
  const folder = folderFor(t, scenario('cut.pcap'))
  writeFileSync(join(folder, 'malformed/cut.pcap'), pcap.subarray(0, -3))
  t.throws(() => loadLibrary(folder, generators), {
    message:
      /one\.yaml:6:\d+: stimulus\.with: capture: cut\.pcap: the file ends at byte \d+ inside record 1 at byte 24/,
  })
  rmSync(join(folder, 'malformed/cut.pcap'))
  mkdirSync(join(folder, 'captures'))
})
