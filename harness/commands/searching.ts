import { frontierHeadline, frontierNotes, pointRate, pointWords } from '../../reports/frontier-words.ts'
import { command } from '../../reports/account.ts'
import type { CampaignEvent } from '../campaign/events.ts'
import { type FrontierOptions, runFrontier } from '../campaign/run-frontier.ts'
import type { Context, Terminal } from '../cli/context.ts'
import { plain } from '../cli/progress.ts'
import { bold, table } from '../cli/table.ts'
import { wrap } from '../cli/wrap.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import type { FrontierPoint } from '../frontier/frontier.ts'
import type { Play, RecordPlace } from './play.ts'

/** What playing a search is in place of a campaign: rounds instead of a plan, and its own words for the result. */
export function searching(
  settings: Pick<FrontierOptions, 'parameter' | 'search' | 'settleMs'>,
  { stdout }: Pick<Context, 'stdout'>,
): Required<Pick<Play, 'perform' | 'tell' | 'exitCode'>> {
  return {
    perform: (options, progress) => {
      const known = new Map<number, number>()
      const onRound = (points: readonly FrontierPoint[]) => {
        for (const { value, detected, decided } of points.toSorted((one, other) => one.value - other.value)) {
          if (known.get(value) === decided) continue
          known.set(value, decided)
          progress.line(`  ${value}: ${detected} of ${decided} detected`)
        }
      }
      const onEvent = (event: CampaignEvent) => {
        // Alerts and sentinels of every probe would bury what is found.
        const isOrdinary = event.type === 'played' || event.type === 'alert' || event.type === 'judged'
        if (!isOrdinary && !(event.type === 'sentinel' && event.outcome === 'alerted')) options.onEvent(event)
      }
      return runFrontier({ ...options, ...settings, onRound, onEvent })
    },
    tell: (record, place) => frontierText(record, place, stdout),
    exitCode: ({ run }) => {
      const isOpen = run.frontier === undefined || run.frontier.result === 'inconclusive'
      return isOpen || run.incomplete || run.frontier?.edges.some(({ isExact }) => !isExact) ? 3 : 0
    },
  }
}

const barLength = 20

/** What a person reads at the end of a search. */
export function frontierText(record: CampaignRecord, place: RecordPlace, terminal: Terminal): string {
  const { run } = record
  const found = run.frontier
  const report = place.files.find((file) => file.endsWith('.html')) ?? place.files[0] ?? 'run.json'
  const end = [
    `Report:      ${place.directory}/${report}`,
    `Same again:  ${wrap(command(record), terminal, 13, 13)}`,
    '',
  ]
  if (found === undefined) return ['', 'The search did not come to its end.', ...end].join('\n')
  const rows = found.points.map((point) => [String(point.value), bar(point), pointRate(point), pointWords(point)])
  return [
    '',
    bold(wrap(frontierHeadline(found), terminal), terminal),
    '',
    table(['value', 'detection rate', '', 'so the stack'], rows, terminal),
    ...frontierNotes(found).map((note) => wrap(note, terminal)),
    ...run.problems.map((problem) => wrap(`Problem: ${plain(problem)}`, terminal, 2)),
    '',
    ...end,
  ].join('\n')
}

function bar({ detected, decided }: FrontierPoint): string {
  if (decided === 0) return '?'.repeat(barLength)
  const filled = Math.round((detected / decided) * barLength)
  return `${'#'.repeat(filled)}${'.'.repeat(barLength - filled)}`
}
