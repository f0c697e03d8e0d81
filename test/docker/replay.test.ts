import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { replay } from '../../generators/network/replay.ts'
import { generators } from '../../generators/registry.ts'
import { PcapReader } from '../../generators/wires/pcap-file.ts'
import { readRecord } from '../../harness/evidence/read.ts'
import type { RecordedTrial } from '../../harness/evidence/record.ts'
import { filesBeside } from '../../harness/scenario/beside.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { tocsin } from '../cli/tocsin.ts'
import { first } from '../generators/identities.ts'
import { largeCapture } from '../generators/replay/large-capture.ts'

const large = (id: string, file: string, more = '') =>
  `
id: ${id}
title: Many datagrams of a recorded conversation
clause: malformed
description: A recorded exchange of datagrams.
attack: { basis: author }
stimulus: { generator: replay, with: { capture: ../captures/${file}${more} } }
control: { generator: replay, with: { capture: ../captures/${file}, packets: { last: 10 } } }
expect: { telemetry: [flow] }
`.trimStart()

interface Digest {
  frames: number
  sum: string
}

/** The frames of a pcap. */
function digest(path: string): Digest {
  const reader = new PcapReader()
  const frames = reader.push(readFileSync(path)).map(({ bytes }) => bytes)
  reader.end()
  return digestOf(frames)
}

/** How many frames there are, and one sum of all, in an order that does not matter: two actors send at the same time. */
function digestOf(frames: readonly Uint8Array[]): Digest {
  const sums = frames.map((bytes) => createHash('sha256').update(bytes).digest('hex'))
  return { frames: frames.length, sum: createHash('sha256').update(sums.sort().join()).digest('hex') }
}

/** What a trial should have sent. */
function expected(folder: string, trial: RecordedTrial | undefined): Digest {
  const id = String(trial?.scenario)
  const given = loadLibrary(folder, generators).find((scenario) => scenario.id === id)?.stimulus?.with
  const files = filesBeside(folder, join(folder, 'malformed', `${id}.yaml`))
  const { frames } = replay.conversation(replay.parameters.parse(given), trial?.identity ?? first, files)
  return digestOf(Array.from(frames, ({ bytes }) => bytes))
}

t.test(
  'captures larger than what a campaign keeps of a trial are played, proven and kept as evidence to the last frame',
  async (t) => {
    const folder = t.testdir()
    for (const each of ['malformed', 'captures']) mkdirSync(join(folder, each))
    const oneSided = await largeCapture(join(folder, 'captures/one.pcap'), { bytes: 16e6, sizes: [64, 576, 1514, 90] })
    const twoSided = await largeCapture(join(folder, 'captures/two.pcap'), {
      bytes: 2e6,
      sizes: [64, 1514],
      answerEvery: 7,
    })
    writeFileSync(join(folder, 'malformed/one-sided.yaml'), large('one-sided', 'one.pcap'))
    writeFileSync(join(folder, 'malformed/two-sided.yaml'), large('two-sided', 'two.pcap', ', clientPorts: trial'))
    const out = join(folder, 'run')
    const seed = 'replay'
    const { stdout, stderr } = await tocsin([
      'run',
      '--scenarios',
      folder,
      '--out',
      out,
      '--format',
      'csv',
      '--seed',
      seed,
      '--rules',
      'shipped',
    ])
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
      t.strictSame(evidence, expected(folder, trial), `${id}: the evidence is the capture with the trial's addresses`)
    }
    t.same(
      trials.filter(({ kind }) => kind === 'control').map(({ verdict }) => verdict),
      ['quiet', 'quiet'],
    )
  },
)
