// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import { readWhole } from '../../harness/evidence/read.ts'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readPcap } from '../../generators/wires/pcap-file.ts'
import type { RecordedTrial } from '../../harness/evidence/record.ts'
import { root, tocsin } from '../cli/tocsin.ts'

/** A scenario whose ordinary traffic and anomaly are the given frames; the twin is an ordinary ping. */
const scenario = (id: string, taught: string, anomaly: string) => `id: ${id}
title: ${id}
clause: uncommon-flow
description: For a test.
attack: { basis: author }
baseline:
  - note: what is usual
    count: 2
    teaches: ['host \${server.ipv4}']
    generator: packets
    with: { frames: [{ from: client, note: usual, layers: ${taught} }] }
stimulus:
  generator: packets
  with: { frames: [{ from: client, note: new, layers: ${anomaly} }] }
control:
  generator: packets
  with: { frames: [{ from: client, note: usual, layers: [ipv4, icmp: { type: echoRequest }, payload: '\${marker} twin'] }] }
expect:
  alert: [{ layer: packet, rules: { suricata: [2200024] } }]
  telemetry: [packet]
`
const ping = "[ipv4, icmp: { type: echoRequest }, payload: '${marker} usual']"
const unassigned = "[ipv4, icmp: { type: 44 }, payload: '${marker} new']"
/** Longer than the wire takes: the kernel refuses it. */
const tooLong = '[ipv4, udp: { destinationPort: 9 }, payload: { repeat: { text: x, count: 3000 } }]'

t.test('learn, novel, repeat: what came in each phase, in one campaign', async (t) => {
  const cwd = t.testdir()
  const library = join(cwd, 'library')
  const folder = join(library, 'uncommon-flow')
  await mkdir(folder, { recursive: true })
  for (const id of ['first-seen-sni', 'first-seen-host', 'http-ip-literal'])
    await cp(join(root, `scenarios/uncommon-flow/${id}.yaml`), join(folder, `${id}.yaml`))
  await writeFile(join(folder, 'never-learnt.yaml'), scenario('never-learnt', ping, unassigned))
  await writeFile(join(folder, 'never-taught.yaml'), scenario('never-taught', tooLong, unassigned))
  await writeFile(join(cwd, 'campaign.yaml'), 'name: learn\ntitle: Learn\ntrials: 2\nwindow: 4s\nlearn: 300ms\n')
  await cp(join(root, 'scenarios/extraneous/tcp-null-scan.yaml'), join(library, 'extraneous/tcp-null-scan.yaml'))

  const out = join(cwd, 'run')
  const typed = [
    'run',
    'campaign.yaml',
    '--scenarios',
    'library',
    '--out',
    out,
    '--format',
    'html,markdown',
    '--seed',
    'learn',
  ]
  const { code, stdout, stderr } = await tocsin(typed, { cwd })
  t.equal(code, 3, `${stdout}\n${stderr}`)
  const { run, trials, observations } = await readWhole(out)
  const of = (id: string, kind = 'stimulus') => trials.filter((trial) => trial.scenario === id && trial.kind === kind)
  const learning = ['first-seen-sni', 'first-seen-host', 'http-ip-literal']

  t.test('what is new is detected by the rule for it, and what was learnt is quiet', async (t) => {
    const verdicts = (kind: string) =>
      learning.flatMap((id) => of(id, kind)).map(({ verdict, reason }) => ({ verdict, reason }))
    t.same(
      [...new Set(verdicts('stimulus').map(({ verdict }) => verdict))],
      ['detected'],
      JSON.stringify(verdicts('stimulus')),
    )
    t.same(
      [...new Set(verdicts('control').map(({ verdict }) => verdict))],
      ['quiet'],
      JSON.stringify(verdicts('control')),
    )
    t.equal(verdicts('stimulus').length, 6)
    const rules = (trial: RecordedTrial) => trial.alerts.map(({ rule }) => rule)
    t.same(of('first-seen-sni').map(rules), [['1005022'], ['1005022']], 'by nothing else')
    t.same(of('first-seen-host').map(rules), [['1005001'], ['1005001']])
  })

  t.test('the rule alerted while it learnt, for stimulus and twin, and that counted for nothing', async (t) => {
    for (const kind of ['stimulus', 'control'])
      for (const { id, baseline } of of('first-seen-sni', kind)) {
        t.match(baseline, { conversations: 3, frames: 39, found: 39, layers: ['flow', 'packet'] }, id)
        t.equal(baseline?.alerts.filter(({ rule }) => rule === '1005022').length, 1, `${id}: once for its own name`)
      }
  })

  t.test('played once more, a rule that learns is silent and one that does not alerts again', async (t) => {
    for (const { id, repeat } of learning.flatMap((scenario) => of(scenario))) {
      t.match(repeat, { outcome: 'silent', reason: /the stack has learnt it/, alerts: [] }, id)
      t.equal(repeat?.found, repeat?.frames, id)
    }
    for (const { id, verdict, repeat } of of('never-learnt')) {
      t.equal(verdict, 'detected', id)
      t.match(
        repeat,
        { outcome: 'alerted', reason: /2200024 .* again: it did not learn/, alerts: [{ rule: '2200024' }] },
        id,
      )
    }
    t.ok(trials.filter(({ kind }) => kind === 'control').every(({ repeat }) => repeat === undefined))
  })

  t.test('a baseline that was not on the wire makes the trial inconclusive, though its alert came', async (t) => {
    for (const trial of of('never-taught')) {
      t.match(trial, {
        verdict: 'inconclusive',
        met: null,
        alerts: [{ rule: '2200024' }],
        proof: { frames: 1, found: 1 },
      })
      t.match(
        trial.reason,
        /^Its baseline is not proven: the witness saw only 0 of 2 frames .* the kernel refused frame 1/,
      )
    }
    t.same(
      of('never-taught', 'control').map(({ verdict }) => verdict),
      ['inconclusive', 'inconclusive'],
    )
  })

  t.test('hosts without a baseline raise none of these rules', async (t) => {
    t.same(
      of('tcp-null-scan', 'control').map(({ verdict, baseline }) => [verdict, baseline]),
      [
        ['quiet', undefined],
        ['quiet', undefined],
      ],
    )
    const strangers = observations.filter(
      ({ rule, trial }) => rule?.id.startsWith('1005') && !String(trial).match(/^(first|http|never)-/),
    )
    t.same(strangers, [])
  })

  t.test('the record says what the baseline was: flows, values, frames, proof and when', async (t) => {
    const { baseline } = run
    t.match(baseline, { learnMs: 300, hosts: { first: run.network.subnet.replace(/\.0\/\d+$/, '.16') } })
    const [started, ended, learnt] = [baseline?.startedAt, baseline?.endedAt, baseline?.learntAt].map((at) =>
      Date.parse(String(at)),
    )
    t.ok(Number(learnt) - Number(ended) >= 300 && Number(ended) >= Number(started), 'the stack had its time')
    t.ok(
      trials.every(({ sentAt, baseline: own }) => own === undefined || Date.parse(String(sentAt)) >= Number(learnt)),
      'no trial with a baseline began before',
    )
    const [trial] = of('first-seen-sni')
    const { marker, client, server } = trial?.identity ?? {}
    const own = baseline?.conversations.filter((each) => each.trial === trial?.id) ?? []
    t.equal(own.length, 3)
    for (const each of own) {
      t.match(each, {
        note: 'TLS to the portal of the company',
        teaches: [`portal.${marker}.example`],
        frames: 13,
        found: 13,
      })
      t.match(each.flows[0], new RegExp(`^tcp ${client?.ipv4}:\\d+ > ${server?.ipv4}:443$`))
    }
    t.equal(new Set(own.flatMap(({ flows }) => flows)).size, 3, 'each from a port of its own')
    t.match(
      baseline?.conversations.find((each) => each.trial.startsWith('never-taught')),
      { found: 0, failure: /kernel refused/ },
    )
  })

  t.test('every phase has its packets in the evidence, and its observations say which phase they are of', async (t) => {
    for (const { id, proof, evidence, baseline, repeat } of learning.flatMap((scenario) => of(scenario)))
      for (const [path, found] of [
        [evidence, proof.found],
        [baseline?.evidence, baseline?.found],
        [repeat?.evidence, repeat?.found],
      ])
        t.equal(readPcap(await readFile(join(out, String(path)))).length, found, `${id}: ${path}`)
    for (const { id, alerts, baseline } of of('first-seen-sni')) {
      const heard = (phase?: string) =>
        observations.filter((each) => each.kind === 'alert' && each.trial === id && each.phase === phase).length
      t.equal(heard(), alerts.length)
      t.equal(heard('baseline'), baseline?.alerts.length)
      t.equal(heard('repeat'), 0)
    }
    const flows = observations.filter(
      ({ event, trial }) => event === 'flow' && of('first-seen-sni').some(({ id }) => id === trial),
    )
    t.same(
      flows.map(({ phase }) => phase ?? 'trial').sort(),
      [...Array.from({ length: 6 }, () => 'baseline'), 'repeat', 'repeat', 'trial', 'trial'],
      'flow records, which come last, belong to the phase that their flow was in',
    )
  })

  t.test('the reports tell it', async (t) => {
    t.match(
      stdout,
      /learnt first +\d+ of \d+ frames of ordinary traffic; once more, 6 of 8 detected anomalies raised no alert/,
    )
    const [html, markdown] = [
      await readFile(join(out, 'report.html'), 'utf8'),
      await readFile(join(out, 'report.md'), 'utf8'),
    ]
    t.match(html, 'Once more: alerted.')
    t.match(html, 'evidence/first-seen-sni_stimulus_1_baseline.pcap')
    t.match(
      markdown,
      'Of 8 anomalies detected as new, 6 raised no expected alert when played once more; 2 raised it again',
    )
  })
})
