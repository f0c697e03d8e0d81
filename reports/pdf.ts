import { SetupError } from '../harness/errors.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { renderHtml } from './html.ts'
import { Printer } from './printer.ts'
import { defineReporter, type ReportContext } from './reporter.ts'
import { escapeMarkup, oneLine } from './text.ts'

/** The page printed by Chromium: A4, tagged, with an outline. */
export const pdf = defineReporter({
  name: 'pdf',
  title: 'The same page on A4, for the file',
  needsBrowser: true,
  render: async (record, context) => [{ path: 'report.pdf', content: await print(record, context ?? {}) }],
})

async function print(record: CampaignRecord, given: ReportContext): Promise<Uint8Array> {
  const { printer, browser } = given
  if (!printer) {
    if (!browser) throw new SetupError('the PDF report needs Chromium; `tocsin doctor` says how to get it')
    await using own = new Printer(async () => browser)
    return await print(record, { ...given, printer: own })
  }
  const bytes = await printer.print(renderHtml(record, { links: false, given }), { footer: footer(record) })
  return settle(bytes, record.run.endedAt)
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
