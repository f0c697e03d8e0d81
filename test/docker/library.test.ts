import { readWhole } from '../../harness/evidence/read.ts'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readPcap } from '../../generators/wires/pcap-file.ts'
import type { RecordedObservation, RecordedTrial } from '../../harness/evidence/record.ts'
import { mustNotAlert } from '../../harness/evidence/summary.ts'
import { tocsin } from '../cli/tocsin.ts'
import { audit } from './audit-lock.ts'

// Other tests switch the kernel's audit off.
const lock = audit('alone')
t.teardown(() => lock[Symbol.dispose]())

/** What a trial that failed looks like in the test's output. */
const told = ({ id, verdict, reason }: RecordedTrial) => `${id}: ${verdict}: ${reason}`

/** Files of all reporters, and the plan of action, since the library has anomalies that nothing alerts on. */
const everyReport = [
  'attire.json',
  'csv',
  'html',
  'junit.xml',
  'md',
  'navigator.json',
  'ocsf.jsonl',
  'oscal.ap.json',
  'oscal.ar.json',
  'oscal.poam.json',
  'pdf',
  'sarif',
]

/** Their usual port is the same in all trials, so that only the first of them teaches it. */
const sharedPort = ['first-seen-tcp-port', 'first-seen-udp-port']

t.test('the whole library, live: every anomaly proven and met, every twin quiet', async (t) => {
  const seed = process.env.TOCSIN_TEST_SEED ?? 'library'
  const cwd = t.testdir()
  const { code, stdout, stderr } = await tocsin(['run', '--seed', seed], { cwd })
  t.equal(code, 0, `${stdout}\n${stderr}`)
  const out = join(cwd, 'runs', 'latest')
  const written = (await readdir(out)).filter((name) => name.startsWith('report.')).map((name) => name.slice(7))
  t.same(written.sort(), everyReport)
  const { run, trials, observations } = await readWhole(out)
  const stimuli = trials.filter(({ kind }) => kind === 'stimulus')
  const controls = trials.filter(({ kind }) => kind === 'control')

  t.same(trials.filter(({ proof }) => proof.found !== proof.frames).map(told), [], 'every frame was on the wire')
  t.same(stimuli.filter(({ met }) => met !== true).map(told), [], 'every expectation is met')
  const legal = new Set(run.scenarios.filter(mustNotAlert).map(({ id }) => id))
  const twins = controls.filter(({ scenario }) => !legal.has(scenario))
  const lawful = controls.filter(({ scenario }) => legal.has(scenario))
  const misfired = twins.filter(({ verdict, met }) => verdict === 'rule-defect' && met === true)
  const loud = twins.filter((twin) => twin.verdict !== 'quiet' && !misfired.includes(twin))
  t.same(loud.map(told), [], 'every twin is quiet, but for known defects of rules')
  t.same(lawful.filter(({ met }) => met !== true).map(told), [], 'no rule has a defect that is not known')
  t.same(trials.filter(({ verdict }) => verdict === 'inconclusive').map(told), [])
  t.same(run.problems, [])
  t.equal(run.incomplete, false)
  t.ok(run.sentinels.length >= 2 && run.sentinels.every(({ proven, alertAt }) => proven && alertAt !== null))

  const alerts = observations.filter(({ kind }) => kind === 'alert')
  const known = new Set([...trials.map(({ id }) => id), ...run.sentinels.map(({ name }) => name)])
  const named = ({ rule, trial }: RecordedObservation) => `${trial}: ${rule?.id} ${rule?.name}`
  t.same(alerts.filter(({ trial }) => trial === null || !known.has(trial)).map(named), [], 'no alert is nobody’s')
  t.same(alerts.filter(({ matchedBy }) => matchedBy === 'time').map(named), [], 'none is tied by time alone')

  const raised = new Set(alerts.map(({ rule, trial }) => `${trial?.replace(/\[.*/, '')} ${rule?.id}`))
  const promised = run.scenarios.flatMap(({ id, expectedRules }) =>
    (expectedRules.suricata ?? []).map((sid) => `${id} ${sid}`),
  )
  t.same(
    promised.filter((one) => !raised.has(one)),
    [],
    'every rule that a scenario names is raised by it',
  )
  t.same(
    trials.filter(({ baseline: own }) => own !== undefined && own.found !== own.frames).map(({ id }) => id),
    [],
    'every frame of ordinary traffic was on the wire',
  )
  const expectedOf = new Map(run.scenarios.map(({ id, expectedRules }) => [id, expectedRules.tocsin ?? []]))
  const untaught = controls.filter(({ scenario, baseline: own }) => {
    const rules = expectedOf.get(scenario) ?? []
    if (own === undefined || rules.length === 0 || sharedPort.includes(scenario)) return false
    return !own.alerts.some(({ rule }) => rules.includes(rule))
  })
  t.same(untaught.map(told), [], 'every twin is quiet because its rule had learnt: it alerted during the baseline')
  t.same(
    stimuli.flatMap(({ id, verdict, repeat }) =>
      repeat && verdict === 'detected' && repeat.outcome !== 'silent' ? `${id}: ${repeat.reason}` : [],
    ),
    [],
    'no anomaly that was new is new once more',
  )

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
      controls: twins.length,
      quiet: twins.length - misfired.length,
      falseAlarms: 0,
      mustNotAlert: lawful.length,
      ruleDefects: count(controls, 'rule-defect'),
    },
    'the summary agrees with the trials',
  )
  t.equal(twins.length, stimuli.length)
  t.ok(run.summary.ruleDefects > 0, 'the shipped rules misfire on some of it')
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
    const heard = alerts.filter(({ trial, phase }) => trial === id && phase === undefined).length
    if (own.length !== heard) t.fail(`${id}: ${own.length} alerts in the trial, ${heard} in the observations`)
  }
})
