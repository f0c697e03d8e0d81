import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PcapReader } from '../../generators/wires/pcap-file.ts'
import { readRecord } from '../../harness/evidence/read.ts'
import { tocsin } from '../cli/tocsin.ts'
import { largeCapture } from '../generators/replay/large-capture.ts'

const large = (id: string, file: string, more = '') => `
id: ${id}
title: Many datagrams of a recorded conversation
clause: malformed
description: A recorded exchange of datagrams.
attack: { basis: author }
stimulus: { generator: replay, with: { capture: ../captures/${file}${more} } }
control: { generator: replay, with: { capture: ../captures/${file}, packets: { last: 10 } } }
expect: { telemetry: [flow] }
`.trimStart()

/** The frames of a pcap, in an order that does not matter, as one digest; and how many there are. */
function digest(path: string): { frames: number; sum: string } {
  const reader = new PcapReader()
  const frames = reader.push(readFileSync(path)).map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'))
  reader.end()
  return { frames: frames.length, sum: createHash('sha256').update(frames.sort().join()).digest('hex') }
}

t.test('captures larger than what a campaign keeps of a trial are played, proven and kept as evidence to the last frame', async (t) => {
  const folder = t.testdir()
  for (const each of ['malformed', 'captures']) mkdirSync(join(folder, each))
  const oneSided = await largeCapture(join(folder, 'captures/one.pcap'), { bytes: 16e6, sizes: [64, 576, 1514, 90] })
  const twoSided = await largeCapture(join(folder, 'captures/two.pcap'), { bytes: 2e6, sizes: [64, 1514], answerEvery: 7 })
  writeFileSync(join(folder, 'malformed/one-sided.yaml'), large('one-sided', 'one.pcap'))
  writeFileSync(join(folder, 'malformed/two-sided.yaml'), large('two-sided', 'two.pcap', ', clientPorts: trial'))
  const out = join(folder, 'run')
  const seed = 'replay'
  const { stdout, stderr } = await tocsin(['run', '--scenarios', folder, '--out', out, '--format', 'csv', '--seed', seed])
  const { trials, run } = await readRecord(out)
  t.same(run.problems, [], `${stdout}\n${stderr}`)
  for (const [id, frames] of [
    ['one-sided', oneSided],
    ['two-sided', twoSided],
  ] as const) {
    const trial = trials.find(({ scenario, kind }) => scenario === id && kind === 'stimulus')
    t.match(trial?.proof, { frames, found: frames }, `${id}: every frame was on the wire; ${trial?.reason}`)
    t.match(trial, { wire: 'frame', verdict: 'logged', met: true }, `${id}: the sensor has flow records of it`)
    const evidence = digest(join(out, String(trial?.evidence)))
    t.equal(evidence.frames, frames)
    // Rendered with the same identity, it would be the same bytes; another identity has the same number of frames.
    const rendered = join(folder, `${id}.pcap`)
    t.equal((await tocsin(['render', id, '--scenarios', folder, '-o', rendered])).code, 0)
    t.equal(digest(rendered).frames, frames)
  }
  t.same(
    trials.filter(({ kind }) => kind === 'control').map(({ verdict }) => verdict),
    ['quiet', 'quiet'],
  )
})
