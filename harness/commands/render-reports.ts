import type { ReportContext, Reporter, ReportFile } from '../../reports/reporter.ts'
import type { CampaignRecord } from '../evidence/record.ts'

/** Renders all formats at once. One that breaks does not hurt the others; it is told in `problems`. */
export async function renderReports(
  record: CampaignRecord,
  chosen: readonly Reporter[],
  given: ReportContext,
): Promise<{ files: ReportFile[]; problems: string[] }> {
  const started = new Map<Reporter, Promise<ReportFile[]>>()
  const start = (reporter: Reporter) => {
    const rendering = (async () => reporter.render(record, given))()
    started.set(reporter, rendering)
    return rendering
  }
  // The longest work goes first. Until Chromium has all that it needs, rendering here would keep it waiting.
  const printed = Promise.allSettled(chosen.filter(({ needsBrowser }) => needsBrowser).map(start))
  if (given.printer && started.size > 0) await Promise.race([given.printer.atWork, printed])
  const settled = await Promise.allSettled(chosen.map((reporter) => started.get(reporter) ?? start(reporter)))
  const files = settled.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  const problems = settled.flatMap((result, index) =>
    result.status === 'rejected'
      ? [`the ${chosen[index]?.name} report could not be made: ${(result.reason as Error).message}`]
      : [],
  )
  return { files, problems }
}
