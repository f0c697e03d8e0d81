import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { chromium } from 'playwright'
import t from 'tap'
import { renderHtml } from '../../reports/html.ts'
import { browserArguments } from '../../reports/printer.ts'
import { fullRecord } from './full-record.ts'
import { browserPath } from './reports.ts'

t.setTimeout(240_000)

interface Violation {
  id: string
  help: string
  nodes: { html: string }[]
}

t.test('axe finds nothing that anybody could stumble over, on screen, in the dark, and as it is printed', async (t) => {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const browser = await chromium.launch({
    executablePath: await browserPath(),
    args: browserArguments,
    timeout: 60_000,
  })
  t.teardown(() => browser.close())
  const { record, given } = fullRecord()
  for (const [name, colorScheme, paper] of [
    ['light', 'light', false],
    ['dark', 'dark', false],
    ['paper', 'light', true],
  ] as const) {
    const page = await browser.newPage({ colorScheme, reducedMotion: 'reduce' })
    await page.setContent(renderHtml(record, { given: name === 'dark' ? {} : given, paper }))
    // What is folded away is read too, once it is opened.
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
    await page.evaluate(source)
    const violations: Violation[] = await page.evaluate(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 3).map(({ html }) => ({ html: html.slice(0, 160) })) })))`,
    )
    t.strictSame(violations, [], name)
    await page.close()
  }
})
