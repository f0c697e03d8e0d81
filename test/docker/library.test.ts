import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readPcap } from '../../generators/wires/pcap-file.ts'
import { readRecord } from '../../harness/evidence/read.ts'
import type { RecordedObservation, RecordedTrial } from '../../harness/evidence/record.ts'
import { tocsin } from '../cli/tocsin.ts'

/** What a trial that failed looks like in the test's output. */
const told = ({ id, verdict, reason }: RecordedTrial) => `${id}: ${verdict}: ${reason}`

t.test('the whole library, live: every anomaly proven and met, every twin quiet', async (t) => {
  const seed = process.env.TOCSIN_TEST_SEED ?? 'library'
  const out = join(t.testdir(), 'run')
  const { code, stdout, stderr } = await tocsin(['run', '--out', out, '--format', 'csv', '--seed', seed])
  t.equal(code, 0, `${stdout}\n${stderr}`)
  const { run, trials, observations } = await readRecord(out)
  const stimuli = trials.filter(({ kind }) => kind === 'stimulus')
  const controls = trials.filter(({ kind }) => kind === 'control')

  t.same(trials.filter(({ proof }) => proof.found !== proof.frames).map(told), [], 'every frame was on the wire')
  t.same(stimuli.filter(({ met }) => met !== true).map(told), [], 'every expectation is met')
  t.same(controls.filter(({ verdict }) => verdict !== 'quiet').map(told), [], 'every twin is quiet')
  t.same(trials.filter(({ verdict }) => verdict === 'inconclusive').map(told), [])
  t.same(run.problems, [])
  t.equal(run.incomplete, false)
  t.ok(run.sentinels.length >= 2 && run.sentinels.every(({ proven, alertAt }) => proven && alertAt !== null))

  const alerts = observations.filter(({ kind }) => kind === 'alert')
  const known = new Set([...trials.map(({ id }) => id), ...run.sentinels.map(({ name }) => name)])
  const named = ({ rule, trial }: RecordedObservation) => `${trial}: ${rule?.id} ${rule?.name}`
  t.same(alerts.filter(({ trial }) => trial === null || !known.has(trial)).map(named), [], 'no alert is nobody’s')
  t.same(alerts.filter(({ matchedBy }) => matchedBy === 'time').map(named), [], 'none is tied by time alone')

  const count = (of: readonly RecordedTrial[], verdict: string) => of.filter((one) => one.verdict === verdict).length
  t.match(
    run.summary,
    {
      scenarios: run.scenarios.length,
      trials: stimuli.length,
      proven: stimuli.length,
      detected: count(stimuli, 'detected'),
      partial: 0,
      logged: count(stimuli, 'logged'),
      missed: count(stimuli, 'missed'),
      inconclusive: 0,
      notApplicable: 0,
      controls: controls.length,
      quiet: controls.length,
      falseAlarms: 0,
    },
    'the summary agrees with the trials',
  )
  t.equal(controls.length, stimuli.length)
  t.equal(run.summary.detected + run.summary.logged + run.summary.missed, stimuli.length)
  t.equal(new Set(trials.map(({ id }) => id)).size, trials.length, 'no trial is recorded twice')

  for (const { id, evidence, proof, alerts: own } of trials) {
    if (proof.process) {
      const { witness } = JSON.parse(readFileSync(join(out, proof.process.evidence), 'utf8'))
      if (witness.process.pid !== proof.process.pid) t.fail(`${id}: the evidence is of another process`)
      if ((proof.process.peer !== null) !== (evidence !== null)) t.fail(`${id}: packets of a process without a peer`)
    }
    const frames = evidence === null ? [] : readPcap(readFileSync(join(out, evidence)))
    if (proof.process ? evidence !== null && frames.length === 0 : frames.length !== proof.found)
      t.fail(`${id}: ${frames.length} frames of evidence, ${proof.found} found`)
    const heard = alerts.filter(({ trial }) => trial === id).length
    if (own.length !== heard) t.fail(`${id}: ${own.length} alerts in the trial, ${heard} in the observations`)
  }
})
