import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import type { CampaignRecord } from '../../harness/evidence/record.ts'
import { pdf } from '../../reports/pdf.ts'
import { fullRecord } from './full-record.ts'
import { browserPath, hostileText, piped } from './reports.ts'
import { sampleRecord } from './sample-record.ts'
import { rows } from './sample-scenarios.ts'

t.setTimeout(240_000)

async function printed(t: { testdir: () => string }, record: CampaignRecord): Promise<string> {
  const [file] = await pdf.render(record, { browser: await browserPath() })
  const path = join(t.testdir(), 'report.pdf')
  await writeFile(path, file?.content ?? '')
  return path
}

const flat = (text: string) => text.replace(/\s+/g, ' ')

t.test('the text of the PDF has the figures, every scenario, and the page numbers', async (t) => {
  const record = sampleRecord()
  const path = await printed(t, record)
  const text = flat(await piped('pdftotext', ['-layout', path, '-'], ''))
  for (const part of [
    '35 of 43',
    '1 of 45',
    '35 of 39',
    '7c1e90b2',
    'What needs attention',
    'Limitations',
    '20261124-093000-3f9a1c',
  ])
    t.ok(text.includes(part), part)
  const plain = flat(await piped('pdftotext', ['-raw', path, '-'], ''))
  for (const { id } of record.run.scenarios) t.ok(plain.replace(/[\s-]/g, '').includes(id.replaceAll('-', '')), id)
  const info = await piped('pdfinfo', [path], '')
  const pages = /Pages: +(\d+)/.exec(info)?.[1]
  t.ok(text.includes(`${pages} / ${pages}`), 'the last page has its number')
  const elements = new Set((await readFile(path, 'latin1')).match(/\(node\d{8}\)/g))
  const counted = Array.from(elements, (_, index) => `(node${String(index + 1).padStart(8, '0')})`)
  t.strictSame([...elements].sort(), counted, 'the elements of the structure tree are counted from 1')
  t.equal(text.split('UNSIGNED').length - 1 >= Number(pages), true, 'every page says that it is not signed')
  for (let page = 1; page <= Number(pages); page += 1)
    t.match(
      await piped('pdftotext', ['-f', String(page), '-l', String(page), path, '-'], ''),
      'UNSIGNED',
      `page ${page}`,
    )
  const fonts = (await piped('pdffonts', [path], '')).trim().split('\n').slice(2)
  t.ok(
    fonts.length > 0 && fonts.every((line) => / yes yes yes +\d+ +0$/.test(line)),
    'every font is embedded, with its text',
  )
  t.match(info, /Tagged: +yes/)
  t.match(info, /Page size: .*A4/)
  t.match(info, /JavaScript: +no/)
  t.match(info, /Title: +Network anomalies against the embedded Suricata/)
  t.match(await piped('pdfinfo', ['-isodates', path], ''), /CreationDate: +2026-11-24T09:30:14/)
})

t.test('one page is for who decides, and the next answers what an auditor asks', async (t) => {
  const { record, given } = fullRecord()
  const [file] = await pdf.render(record, { browser: await browserPath(), ...given })
  const path = join(t.testdir(), 'report.pdf')
  await writeFile(path, file?.content ?? '')
  const page = async (number: number) =>
    flat(await piped('pdftotext', ['-raw', '-f', String(number), '-l', String(number), path, '-'], ''))
  for (const part of [
    'Key figures',
    'What this stack notices, and what not',
    'What has changed',
    'What to look at first',
  ])
    t.match(await page(1), part)
  const second = await page(2)
  t.match(second, /^In one minute/)
  t.match(second, 'Is this file what the tool wrote?')
})

t.test('of a signed run, every page has the key and the date', async (t) => {
  const signing = { keyId: 'ab'.repeat(32), signedAt: '2026-11-25T10:00:00.000Z' }
  const [file] = await pdf.render(sampleRecord({ scenarios: rows.slice(-3) }), {
    browser: await browserPath(),
    signing,
  })
  const path = join(t.testdir(), 'report.pdf')
  await writeFile(path, file?.content ?? '')
  const pages = Number(/Pages: +(\d+)/.exec(await piped('pdfinfo', [path], ''))?.[1])
  for (let page = 1; page <= pages; page += 1)
    t.match(
      await piped('pdftotext', ['-f', String(page), '-l', String(page), path, '-'], ''),
      'Signed 2026-11-25 by key abababababababab',
    )
  t.notMatch(await piped('pdftotext', [path, '-'], ''), 'UNSIGNED')
})

t.test('hostile text is printed, not run, and no link leads to it', async (t) => {
  const path = await printed(t, sampleRecord({ scenarios: rows.slice(0, 3), text: hostileText }))
  const text = flat(await piped('pdftotext', ['-raw', path, '-'], ''))
  t.match(text, /<script>globalThis/)
  t.notMatch(await piped('pdfinfo', ['-url', path], ''), /evil|javascript/i)
})
