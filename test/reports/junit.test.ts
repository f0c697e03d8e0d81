import t from 'tap'
import { resultOf } from '../../reports/junit.ts'
import { hostileText, piped, rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

/** What an XPath expression gives, by xmllint, which also refuses XML that is not well-formed. */
const xpath = async (xml: string, expression: string) =>
  (await piped('xmllint', ['--nonet', '--xpath', expression, '-'], xml)).trim()

t.test('a trial is to a CI system what its verdict says', async (t) => {
  for (const [verdict, met, result] of [
    ['detected', true, 'pass'],
    ['detected', false, 'failure'],
    ['logged', true, 'pass'],
    ['logged', false, 'failure'],
    ['partial', false, 'failure'],
    ['missed', false, 'failure'],
    ['missed', true, 'skipped'],
    ['inconclusive', null, 'error'],
    ['not-applicable', null, 'skipped'],
    ['quiet', true, 'pass'],
    ['false-alarm', false, 'failure'],
    ['false-alarm', null, 'failure'],
  ] as const)
    t.equal(resultOf({ verdict, met }), result, `${verdict}, met ${met}`)
})

t.test('the counts are those of the cases, in all and in each suite', async (t) => {
  const record = sampleRecord({ trials: 2 })
  const xml = await rendered('junit', record)
  const root = { tests: 192, failures: 10, errors: 4, skipped: 4 }
  for (const [name, expected] of Object.entries(root)) {
    t.equal(await xpath(xml, `string(/testsuites/@${name})`), String(expected), name)
    t.equal(await xpath(xml, `string(sum(//testsuite/@${name}))`), String(expected), `${name}, summed over the suites`)
  }
  t.equal(await xpath(xml, 'count(//testcase)'), '192')
  t.equal(await xpath(xml, 'count(//failure)'), '10')
  t.equal(await xpath(xml, 'count(//error)'), '4')
  t.equal(await xpath(xml, 'count(//skipped)'), '4')
  for (const clause of ['malformed', 'extraneous', 'gratuitous', 'rogue-process']) {
    const suite = `//testsuite[@name="${clause}"]`
    t.equal(await xpath(xml, `string(${suite}/@tests)`), await xpath(xml, `count(${suite}/testcase)`), clause)
    t.equal(await xpath(xml, `string(${suite}/@failures)`), await xpath(xml, `count(${suite}//failure)`), clause)
  }
  t.equal(
    await xpath(xml, 'count(//testcase/@name[. = ../preceding::testcase/@name])'),
    '0',
    'every case has a name of its own',
  )
})

t.test('a failure says what was expected, what came, and where the packets are', async (t) => {
  const xml = await rendered('junit', sampleRecord())
  const failure = await xpath(xml, 'string(//failure[@type="partial"])')
  t.match(failure, /DNS request cut/)
  t.match(failure, /Expected: detected. Proof: 9 of 9 frames/)
  t.match(failure, /2210045/)
  t.match(failure, /evidence\/udp-malformed-dns-stimulus/)
})

t.test('hostile text gives well-formed XML and no element of its own', async (t) => {
  const xml = await rendered('junit', sampleRecord({ text: hostileText }))
  t.equal(
    await xpath(
      xml,
      'count(//*[not(contains(" testsuites testsuite properties property testcase failure error skipped ", concat(" ", name(), " ")))])',
    ),
    '0',
  )
  t.match(await xpath(xml, 'string(//failure[1])'), /⟨U\+0000⟩.*⟨U\+202E⟩.*⟨U\+D800⟩⟨U\+FFFE⟩/)
})
