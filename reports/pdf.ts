import { SetupError } from '../harness/errors.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { renderHtml } from './html.ts'
import { signingMark } from './integrity.ts'
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
  const bytes = await printer.print(renderHtml(record, { paper: true, given }), {
    header: header(record, given),
    footer: footer(record),
  })
  return settle(bytes, record.run.endedAt)
}

const running =
  'font: 8px sans-serif; color: #555e69; width: 100%; padding: 0 15mm; display: flex; justify-content: space-between'

function header({ run }: CampaignRecord, given: ReportContext): string {
  const { short, isSigned } = signingMark(given)
  const mark = isSigned ? '' : ' style="color: #8f1a1a; font-weight: bold; letter-spacing: .1em"'
  return `<div style="${running}"><span>${escapeMarkup(oneLine(run.campaign.title).slice(0, 90))}</span><span${mark}>${escapeMarkup(short)}</span></div>`
}

function footer({ run }: CampaignRecord): string {
  return `<div style="${running}"><span>${escapeMarkup(oneLine(`Tocsin · ${run.id}`))}</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`
}

/** Chromium stamps the time of printing; the time of the record's end takes its place, byte for byte as long. */
function settle(bytes: Uint8Array, endedAt: string): Uint8Array {
  const stamp = `D:${endedAt.replace(/[-:T]/g, '').slice(0, 14)}+00'00'`
  const settled = Buffer.from(bytes)
  for (const name of ['/CreationDate (', '/ModDate ('])
    for (let at = settled.indexOf(name); at >= 0; at = settled.indexOf(name, at + 1)) {
      const start = at + name.length
      const end = settled.indexOf(')', start)
      if (/^D:\d{14}[+-]\d\d'\d\d'$/.test(settled.toString('latin1', start, end)))
        settled.write(stamp.padEnd(end - start).slice(0, end - start), start, 'latin1')
    }
  renumber(settled)
  return new Uint8Array(settled)
}

/**
 * Chromium names the elements of the structure tree by a count that its process has begun before the page came; they are counted
 * from 1 instead, in the same order and just as long.
 */
function renumber(bytes: Buffer): void {
  const places: { at: number; name: string }[] = []
  for (let at = bytes.indexOf('(node'); at >= 0; at = bytes.indexOf('(node', at + 1)) {
    const name = bytes.toString('latin1', at + 5, at + 13)
    if (/^\d{8}$/.test(name)) places.push({ at: at + 5, name })
  }
  const numbers = new Map([...new Set(places.map(({ name }) => name))].sort().map((name, index) => [name, index + 1]))
  for (const { at, name } of places) bytes.write(String(numbers.get(name)).padStart(name.length, '0'), at, 'latin1')
}
