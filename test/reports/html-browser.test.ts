import { type Browser, chromium, type Page } from 'playwright'
import t from 'tap'
import { figures } from '../../harness/evidence/figures.ts'
import type { CampaignRecord } from '../../harness/evidence/record.ts'
import { expected } from '../../reports/account.ts'
import { browserArguments } from '../../reports/printer.ts'
import { browserPath, hostileText, rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

t.setTimeout(240_000)

let browser: Browser
t.before(async () => {
  browser = await chromium.launch({ executablePath: await browserPath(), args: browserArguments, timeout: 60_000 })
})
t.teardown(() => browser.close())

/** The report of a record in a new page, with all that the page asks for and complains about. */
async function open(
  record: CampaignRecord,
  { javaScriptEnabled = true, width = 1280, colorScheme = 'light' as 'light' | 'dark' } = {},
) {
  const context = await browser.newContext({ javaScriptEnabled, colorScheme, viewport: { width, height: 900 } })
  const page = await context.newPage()
  const asked: string[] = []
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => complaints.push(dialog.message()))
  const body = await rendered('html', record)
  await page.route('**/*', (route) => {
    asked.push(route.request().url())
    return asked.length === 1 ? route.fulfill({ contentType: 'text/html; charset=utf-8', body }) : route.abort()
  })
  await page.goto('http://report.invalid/runs/latest/report.html')
  return { page, asked, complaints, [Symbol.asyncDispose]: () => context.close() }
}

const shownRows = (page: Page) => page.locator('#scenarios ~ table tbody tr:visible').count()

t.test('the page asks for nothing and complains of nothing', async (t) => {
  await using opened = await open(sampleRecord())
  t.equal(opened.asked.length, 1)
  t.strictSame(opened.complaints, [])
})

t.test('filters narrow the table, the details and the matrix together', async (t) => {
  await using opened = await open(sampleRecord())
  const { page } = opened
  await page.getByText('Every scenario by layer').click()
  t.equal(await shownRows(page), 46)
  await page.getByLabel('Search').fill('RST injected')
  t.equal(await shownRows(page), 2)
  t.equal(await page.locator('article:visible').count(), 2)
  t.equal(await page.locator('table.matrix tbody tr:visible').count(), 2)
  t.equal(await page.getByRole('status').textContent(), '2 of 46 scenarios shown, here and below')
  await page.getByLabel('Search').fill('')
  await page.getByLabel('Outcome').selectOption('missed')
  t.equal(await shownRows(page), 2)
  await page.getByLabel('Clause', { exact: true }).selectOption('malformed')
  t.equal(await shownRows(page), 0)
  await page.getByLabel('Outcome').selectOption('')
  await page.getByLabel('Clause', { exact: true }).selectOption('')
  await page.getByLabel('Needs attention only').check()
  t.equal(await shownRows(page), 7)
  await page.emulateMedia({ media: 'print' })
  await page.evaluate('dispatchEvent(new Event("beforeprint"))')
  t.equal(await shownRows(page), 46, 'paper gets everything')
})

t.test('a link to a scenario that a filter hides shows it', async (t) => {
  await using opened = await open(sampleRecord())
  const { page } = opened
  await page.getByLabel('Outcome').selectOption('detected')
  await page.locator('.concerns a').first().click()
  // The page shows it once it is told of the new fragment, which may be after the click.
  const target = page.locator('article:target')
  await target.waitFor({ timeout: 10_000 })
  t.ok(await target.isVisible())
})

t.test('every link of the contents leads to its heading, though what is far away has not been laid out', async (t) => {
  await using opened = await open(sampleRecord({ trials: 3 }))
  const { page } = opened
  const links = page.locator('nav a')
  for (let index = 0; index < (await links.count()); index++) {
    const link = links.nth(index)
    const id = (await link.getAttribute('href'))?.slice(1) ?? ''
    await link.click()
    await page.evaluate('new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown())))')
    // At the top of the screen, or as near to it as the end of the page lets it come.
    const isThere = await page.evaluate(`(() => {
      const { top } = document.getElementById('${id}').getBoundingClientRect()
      const { scrollHeight } = document.documentElement
      return top >= 0 && (top < 120 || scrollY + innerHeight >= scrollHeight - 1)
    })()`)
    t.ok(isThere, id)
  }
})

t.test('without JavaScript everything is there, and nothing that would need it', async (t) => {
  await using opened = await open(sampleRecord(), { javaScriptEnabled: false })
  const { page } = opened
  t.equal(await shownRows(page), 46)
  t.equal(await page.locator('article:visible').count(), 46)
  t.notOk(await page.locator('form').isVisible())
  t.strictSame(opened.complaints, [])
})

t.test('the figures on the page are those counted again from the trials', async (t) => {
  const record = sampleRecord({ trials: 3 })
  const all = figures(record)
  const { detected, falseAlarms, outcomes } = all
  await using opened = await open(record)
  const { page } = opened
  const values = await page.locator('.figure .value').allTextContents()
  t.strictSame(
    values.slice(0, 3).map((text) => text.trim()),
    [detected, expected(all).alerts, falseAlarms].map(({ k, n }) => `${k} of ${n}`),
  )
  const counts = await page.locator('table.outcomes tbody td.number').allTextContents()
  t.strictSame(counts.map(Number), Object.values(outcomes))
  for (const [verdict, count] of Object.entries(outcomes))
    t.equal(await page.locator(`#scenarios ~ table tr[data-outcome="${verdict}"]`).count(), count, verdict)
})

t.test('a known gap is told as one wherever its verdict stands, and as no concern', async (t) => {
  const scenarios = [
    { id: 'blind', title: 'Blind', clause: 'malformed', techniques: [], sid: '1', verdict: 'missed', met: true },
    { id: 'gap', title: 'Gap', clause: 'malformed', techniques: [], sid: '1', verdict: 'missed' },
  ] as const
  await using opened = await open(sampleRecord({ scenarios: scenarios.map((one) => ({ ...one, techniques: [] })) }))
  const { page } = opened
  t.match(await page.locator('.lead').textContent(), '1 gap was known beforehand; 1 fell short')
  const [blind, gap] = await page.locator('#scenarios ~ table tbody tr').allTextContents()
  t.match(blind, /Missed\s+known gap/)
  t.match(gap, /Missed\s+not expected/)
  t.match(await page.locator('table.outcomes').textContent(), /1 known gap, 1 not expected/)
  t.match(await page.locator('section[aria-labelledby="known"] .concerns').textContent(), /Blind/)
  t.notMatch(await page.locator('section[aria-labelledby="attention"]').textContent(), /Blind/)
  t.match(await page.locator('article').first().textContent(), /But the product is known to be blind to it/)
})

t.test('hostile text is shown, and does nothing', async (t) => {
  const record = sampleRecord({ text: hostileText })
  record.run.problems.push(hostileText)
  for (const scenario of record.run.scenarios) {
    scenario.id = `${scenario.id}" onclick="x`
    scenario.clause = `</td></table>${scenario.clause}`
    scenario.references.push('javascript:globalThis.owned=4', 'https://ok.example/"onclick="x', hostileText)
  }
  for (const trial of record.trials) trial.scenario = `${trial.scenario}" onclick="x`
  await using opened = await open(record)
  const { page } = opened
  t.equal(await page.evaluate('globalThis.owned'), undefined)
  t.strictSame(opened.complaints, [], 'not even the policy had anything to stop')
  t.equal(opened.asked.length, 1)
  t.equal(await page.locator('script').count(), 1)
  t.equal(await page.locator('style').count(), 1)
  t.equal(await page.locator('img, iframe, object, embed, link, base').count(), 0)
  const handlers =
    '[...document.querySelectorAll("*")].flatMap((e) => e.getAttributeNames()).filter((name) => /^on|style/.test(name))'
  t.strictSame(await page.evaluate(handlers), [])
  const links: string[] = await page.evaluate('[...document.links].map((a) => a.getAttribute("href"))')
  t.strictSame(
    links.filter(
      (href) => !/^(#[a-z0-9-]+|evidence\/[\w.%-]+|https:\/\/www\.rfc-editor\.org\/rfc\/rfc9293)$/.test(href),
    ),
    [],
  )
  t.match(await page.locator('h1').textContent(), /⟨U\+202E⟩/)
  t.equal(await shownRows(page), 46)
})

t.test('it can be read by everyone: structure', async (t) => {
  await using opened = await open(sampleRecord())
  const { page } = opened
  const levels: number[] = await page.evaluate(
    '[...document.querySelectorAll("h1,h2,h3,h4")].map((h) => +h.tagName[1])',
  )
  t.equal(levels.filter((level) => level === 1).length, 1)
  t.ok(
    levels.every((level, index) => index === 0 || level - (levels[index - 1] ?? 0) <= 1),
    'no heading level is left out',
  )
  t.equal(await page.locator('table:not(:has(caption))').count(), 0)
  t.equal(await page.locator('th:not([scope])').count(), 0)
  t.equal(await page.locator('html').getAttribute('lang'), 'en')
  t.equal(
    await page.evaluate('document.querySelectorAll("[id]").length'),
    await page.evaluate('new Set([...document.querySelectorAll("[id]")].map((e) => e.id)).size'),
  )
  const dead: string[] = await page.evaluate(
    `[...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1)).filter((id) => !document.getElementById(id))`,
  )
  t.strictSame(dead, [], 'every link inside the page leads somewhere')
  await page.keyboard.press('Tab')
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the report')
  await page.keyboard.press('Enter')
  t.equal(await page.evaluate('location.hash'), '#main')
})

/** The lowest ratio of contrast of any text to what lies behind it (WCAG 2 §1.4.3), with the text. */
const lowestContrast = `(() => {
  const rgb = (css) => css.match(/[\\d.]+/g).map(Number)
  const light = (c) => { const f = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }; return .2126 * f(c[0]) + .7152 * f(c[1]) + .0722 * f(c[2]) }
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c } return rgb(getComputedStyle(document.body).backgroundColor) }
  let lowest = [99, '']
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility() || e.closest('script, style')) continue
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))]
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05)
    if (ratio < lowest[0]) lowest = [ratio, e.className + ': ' + e.textContent.slice(0, 40)]
  }
  return lowest
})()`

for (const colorScheme of ['light', 'dark'] as const)
  t.test(`it can be read by everyone: contrast, ${colorScheme}`, async (t) => {
    await using opened = await open(sampleRecord(), { colorScheme })
    const [ratio, where]: [number, string] = await opened.page.evaluate(lowestContrast)
    t.ok(ratio >= 4.5, `${ratio} at ${where}`)
  })

t.test('on a narrow screen nothing is wider than the screen', async (t) => {
  await using opened = await open(sampleRecord(), { width: 390 })
  t.ok(await opened.page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'))
})
