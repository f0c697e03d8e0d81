import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { asUser } from '../../cli/environment.ts'
import { tocsin } from '../../cli/tocsin.ts'
import { largeCapture } from '../../generators/replay/large-capture.ts'

const run = promisify(execFile)
const megabyte = 1e6
const options = { sizes: [64, 576, 1514, 1514, 90], answerEvery: 50 }

/** Plays a capture in a process of its own. */
async function played(folder: string, bytes: number) {
  const frames = await largeCapture(join(folder, 'capture.pcap'), { ...options, bytes })
  const child = fileURLToPath(new URL('./replay-child.js', import.meta.url))
  const { stdout } = await run(...asUser(process.execPath, [child, folder]))
  return { frames, ...(JSON.parse(stdout) as Told) }
}

interface Told {
  total: number
  received: { client: number; server: number }
  proof: { frames: number; found: number }
  evidence: number
  maxRss: number
}

t.test('a capture of 100 MB takes as much memory as one of 20 MB, from the file to the evidence', async (t) => {
  const small = await played(join(t.testdir({ small: {}, large: {} }), 'small'), 20 * megabyte)
  const folder = join(t.testdirName, 'large')
  const large = await played(folder, 100 * megabyte)
  for (const { frames, total, received, proof, evidence } of [small, large]) {
    t.equal(total, frames)
    t.equal(received.client + received.server, frames)
    t.equal(received.server, Math.floor(frames / options.answerEvery))
    t.match(proof, { frames, found: frames })
    t.ok(evidence > frames * 16)
  }
  const { size } = await stat(join(folder, 'capture.pcap'))
  t.ok(size > 95 * megabyte, `${size} bytes`)
  t.equal(large.evidence, size, 'the evidence is as large as the capture')
  const told = `${Math.round(small.maxRss / megabyte)} MB for 20 MB, ${Math.round(large.maxRss / megabyte)} MB for 100 MB`
  t.comment(told)
  t.ok(large.maxRss < small.maxRss + 40 * megabyte, told)
  t.ok(large.maxRss < 250 * megabyte, told)
})

t.test('a large capture is rendered piece by piece', async (t) => {
  const folder = t.testdir({
    malformed: {
      'large.yaml': `
id: large
title: t
clause: malformed
description: d
attack: { basis: author }
stimulus: { generator: replay, with: { capture: capture.pcap } }
control: { generator: replay, with: { capture: capture.pcap, packets: { last: 2 } } }
expect: { telemetry: [flow] }
`.trimStart(),
    },
  })
  const bytes = 100 * megabyte
  const frames = await largeCapture(join(folder, 'malformed/capture.pcap'), { ...options, bytes })
  const out = join(folder, 'out.pcap')
  const { code, stdout, stderr } = await tocsin(['render', 'large', '--scenarios', folder, '-o', out], {
    env: { NODE_OPTIONS: '--max-old-space-size=96' },
  })
  t.equal(code, 0, stderr)
  t.match(stdout, `: ${frames} frames`)
  t.equal((await stat(out)).size, (await stat(join(folder, 'malformed/capture.pcap'))).size)
})
