import { SetupError } from '../harness/errors.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { renderHtml } from './html.ts'
import { defineReporter } from './reporter.ts'
import { escapeMarkup, oneLine } from './text.ts'

/** The page printed by Chromium: A4, tagged, with an outline. */
export const pdf = defineReporter({
  name: 'pdf',
  title: 'The same page on A4, for the file',
  needsBrowser: true,
  render: async (record, context) => [{ path: 'report.pdf', content: await print(record, context?.browser) }],
})

/** What Debian's and other Chromiums need to run as root, without a display, and to ask nothing of anyone. */
export const browserArguments = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']

// Nobody's address: every request is answered here or not at all.
const address = 'http://report.invalid/'

async function print(record: CampaignRecord, browserPath: string | undefined): Promise<Uint8Array> {
  if (!browserPath) throw new SetupError('the PDF report needs Chromium; `tocsin doctor` says how to get it')
  const content = renderHtml(record, { links: false })
  // It takes a second to load, and most commands print nothing.
  const { chromium } = await import('playwright')
  const browser = await chromium
    .launch({ executablePath: browserPath, args: browserArguments, timeout: 60_000 })
    .catch((error: Error) => {
      throw new SetupError(`cannot start Chromium at ${browserPath}: ${error.message.split('\n')[0]}`, { cause: error })
    })
  try {
    const page = await browser.newPage({ javaScriptEnabled: false, colorScheme: 'light' })
    await page.route('**/*', (route) =>
      route.request().url() === address
        ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: content })
        : route.abort(),
    )
    await page.goto(address)
    const bytes = await page.pdf({
      format: 'A4',
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: footer(record),
    })
    return settle(bytes, record.run.endedAt)
  } finally {
    await browser.close()
  }
}

function footer({ run }: CampaignRecord): string {
  const style =
    'font: 8px sans-serif; color: #555e69; width: 100%; padding: 0 15mm; display: flex; justify-content: space-between'
  return `<div style="${style}"><span>${escapeMarkup(oneLine(`Tocsin · ${run.id}`))}</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`
}

/** Chromium stamps the time of printing; the time of the record's end takes its place, byte for byte as long. */
function settle(bytes: Uint8Array, endedAt: string): Uint8Array {
  const stamp = `D:${endedAt.replace(/[-:T]/g, '').slice(0, 14)}+00'00'`
  const text = Buffer.from(bytes).toString('latin1')
  const settled = text.replace(
    /(\/(?:CreationDate|ModDate) \()(D:\d{14}[+-]\d\d'\d\d')(\))/g,
    (_, open: string, old: string, close: string) => open + stamp.padEnd(old.length).slice(0, old.length) + close,
  )
  return new Uint8Array(Buffer.from(settled, 'latin1'))
}
