import t from 'tap'
import { summaryText } from '../../harness/cli/summary-text.ts'
import { figures } from '../../harness/evidence/figures.ts'
import { runSchema, trialSchema } from '../../harness/evidence/record-schema.ts'
import { headline, keyFigures, method } from '../../reports/account.ts'
import { rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

/** The sample with two scenarios detected, and one twin alarmed, by Tocsin's own rules. */
function withOurs() {
  const record = sampleRecord()
  const shipped = { ...record.run.ruleSet, tocsin: { digest: 'b'.repeat(64), files: 3, active: 41 } }
  record.run.ruleSet = shipped as NonNullable<typeof record.run.ruleSet>
  const detected = figures(record).scenarios.filter(({ outcome }) => outcome === 'detected')
  const ids = detected.slice(0, 2).map(({ scenario }) => scenario.id)
  for (const trial of record.trials) {
    const isOurs = ids.includes(trial.scenario) || trial.verdict === 'false-alarm'
    trial.alerts = trial.alerts.map((alert) =>
      isOurs
        ? { ...alert, product: 'tocsin', rule: '1000001', name: 'TOCSIN SCAN x' }
        : { ...alert, product: 'suricata' },
    )
  }
  return { record, ids }
}

t.test("detections and alarms of Tocsin's own rules are counted apart from those of shipped rules", async (t) => {
  const { record, ids } = withOurs()
  const all = figures(record)
  t.match(all, { detected: { k: 35, n: 43 }, detectedWithoutOurs: { k: 33, n: 43 }, hasOurs: true })
  t.match(all, { falseAlarms: { k: 1, n: 45 }, falseAlarmsWithoutOurs: { k: 0, n: 45 } })
  t.same(
    all.scenarios.filter(({ byOurs }) => byOurs).map(({ scenario }) => scenario.id),
    ids,
  )
  const sum = (name: 'detected' | 'detectedWithoutOurs') => all.clauses.reduce((total, one) => total + one[name].k, 0)
  t.equal(sum('detected') - sum('detectedWithoutOurs'), 2, 'and in the groups')
  t.match(
    headline(all),
    /2 of these detections rest on Tocsin’s own rules alone; without them it detected 33 \(76\.7%\)/,
  )
  t.match(keyFigures(all), [
    ['Scenarios detected', /^35 of 43/],
    ['Scenarios detected without Tocsin’s own rules', /^33 of 43/],
  ])
  t.match(method(record).join(), /Besides the 380 rules that Suricata ships, 41 rules of Tocsin’s own were loaded/)
})

t.test('a record without any of them speaks of none', async (t) => {
  const record = sampleRecord()
  const all = figures(record)
  t.match(all, { hasOurs: false, detectedWithoutOurs: all.detected, falseAlarmsWithoutOurs: all.falseAlarms })
  for (const format of ['html', 'markdown', 'csv', 'junit', 'navigator'] as const)
    t.notMatch(await rendered(format, record), /Tocsin(’|&#39;|')s own rule/, format)
})

t.test("every report says where an alert is one of Tocsin's own rules", async (t) => {
  const { record } = withOurs()
  const html = await rendered('html', record)
  const body = html.slice(html.indexOf('<body'))
  const shown = body.match(/(<span class="quiet">Tocsin’s own<\/span> )?<code>1000001<\/code>/g) ?? []
  t.ok(shown.length > 4, `${shown.length} places in the page`)
  t.same(
    shown.filter((place) => !place.startsWith('<span')),
    [],
    'each is marked',
  )
  t.notMatch(body, /Tocsin’s own<\/span> <code>2\d{6}/, 'and no shipped one')
  t.match(body, /Scenarios detected, with Tocsin’s own rules[\s\S]*Scenarios detected without them/)
  t.match(body, /41 rules of Tocsin’s own in 3 files/)

  const markdown = await rendered('markdown', record)
  t.equal(markdown.match(/Detected by Tocsin’s own rule \| Tocsin’s own rule `1000001/g)?.length, 2)
  const csv = await rendered('csv', record)
  t.equal(csv.match(/,1000001,TOCSIN SCAN x,tocsin,/g)?.length, 3)
  const junit = await rendered('junit', record)
  t.equal(junit.match(/<system-out>Detected by Tocsin’s own rule 1000001 TOCSIN SCAN x<\/system-out>/g)?.length, 2)
  t.match(junit, /^Alert of .*: Tocsin’s own rule 1000001 TOCSIN SCAN x$/m)
  t.match(await rendered('navigator', record), /detected by Tocsin’s own rule/)
})

t.test('the terminal tells them apart, and the record that has them can be read', async (t) => {
  const { record } = withOurs()
  const text = summaryText(record, { directory: 'x', files: [] }, { isTerminal: false, columns: 80, colour: false })
  t.match(text, /^ {4}of these +33 of 43 by shipped rules, 2 by Tocsin's own rules alone$/m)
  t.match(text, /^ {2}false alarms +1 of 45 benign twins, 1 by Tocsin's own rules alone$/m)
  t.doesNotThrow(() => runSchema.parse(record.run))
  t.doesNotThrow(() => record.trials.map((trial) => trialSchema.parse(trial)))
})
