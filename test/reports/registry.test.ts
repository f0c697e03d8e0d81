import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t from 'tap'
import { type ReporterName, reporters } from '../../reports/registry.ts'
import type { Reporter } from '../../reports/reporter.ts'
import { browserPath, hostileText } from './reports.ts'
import { sampleRecord } from './sample-record.ts'
import { rows } from './sample-scenarios.ts'

t.setTimeout(240_000)
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'reports')

t.test('every reporter in the folder is registered', async (t) => {
  const found: unknown[] = []
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.js') && each !== 'registry.js')) {
    const module: Record<string, unknown> = await import(pathToFileURL(join(folder, name)).href)
    found.push(...Object.values(module).filter((value) => isReporter(value)))
  }
  t.strictSame(new Set(found), new Set(Object.values(reporters)))
})

function isReporter(value: unknown): value is Reporter {
  return typeof value === 'object' && value !== null && 'render' in value && 'title' in value
}

// The end of the list has every verdict; the PDF of all of it takes seconds.
const varied = rows.slice(-12)

const owners = new Map<string, string>()

const samples = {
  sample: sampleRecord({ scenarios: varied }),
  hostile: sampleRecord({ scenarios: varied.slice(0, 4), text: hostileText }),
  empty: sampleRecord({ scenarios: [], authorisation: null }),
}

for (const [name, reporter] of Object.entries(reporters) as [ReporterName, Reporter][])
  t.test(`${name}: the contract of a reporter`, async (t) => {
    t.equal(reporter.name, name)
    t.match(reporter.title, /^.{10,60}$/)
    const context = reporter.needsBrowser ? { browser: await browserPath() } : {}
    for (const [kind, record] of Object.entries(samples)) {
      const before = structuredClone(record)
      const first = await reporter.render(record, context)
      t.strictSame(record, before, `${kind}: the record is left alone`)
      t.ok(first.length > 0)
      for (const { path, content } of first) {
        t.match(path, /^report\.[a-z.]+$/, 'a name that marks the file as a report')
        t.ok(content.length > 0)
        t.equal(owners.get(path) ?? name, name, 'a name that no other reporter gives')
        owners.set(path, name)
      }
      const again = await reporter.render(structuredClone(record), context)
      const bytes = (files: typeof first) =>
        files.map(({ path, content }) => [path, Buffer.from(content).toString('base64')])
      t.ok(JSON.stringify(bytes(again)) === JSON.stringify(bytes(first)), `${kind}: made again, the same bytes`)
    }
  })

t.test('a reporter that needs a browser says so when there is none', async (t) => {
  await t.rejects(async () => reporters.pdf.render(samples.empty), { code: 'NOT_SET_UP' })
  await t.rejects(async () => reporters.pdf.render(samples.empty, { browser: '/nonexistent/chromium' }), {
    code: 'NOT_SET_UP',
  })
})
