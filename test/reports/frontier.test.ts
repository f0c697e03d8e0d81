import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { frontierText } from '../../harness/commands/searching.ts'
import { readRecord } from '../../harness/evidence/read.ts'
import type { RecordedFrontier, WholeRecord } from '../../harness/evidence/record.ts'
import { writeRecord } from '../../harness/evidence/write.ts'
import { searchFrontier } from '../../harness/frontier/search.ts'
import { frontierHeadline, frontierNotes } from '../../reports/frontier-words.ts'
import { frontierPlots } from '../../reports/frontier-plot.ts'
import { hostileText, rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

const settings = { from: 1, to: 40, resolution: 1, atOnce: 3, confidence: 0.95, trials: 5, mostTrials: 20 }

/** What a search finds in a stack that detects these values in `hits` of five trials. */
async function found(
  hits: (value: number) => number,
  changed: Partial<RecordedFrontier> = {},
): Promise<RecordedFrontier> {
  const ask = async (wanted: readonly { value: number; trials: number }[]) =>
    wanted.map(({ value, trials }) => ({
      value,
      detected: Math.round((hits(value) / 5) * trials),
      decided: hits(value) < 0 ? 0 : trials,
    }))
  const searched = await searchFrontier({ ...settings, ask, signal: new AbortController().signal })
  return { scenario: 'flood', parameter: 'repeat.count', usual: 20, ...searched, ...changed }
}

const withFrontier = (record: WholeRecord, frontier: RecordedFrontier): WholeRecord => ({
  ...record,
  run: { ...record.run, frontier },
})

t.test('each kind of result is said in words', async (t) => {
  const limit = (value: number) => (value > 11 ? 5 : 0)
  const cases: [RecordedFrontier, RegExp][] = [
    [await found(limit), /detects it at 12 and above, and not at 11 and below\.$/],
    [await found((value) => 5 - limit(value)), /detects it at 11 and below, and not at 12 and above\.$/],
    [await found(() => 5), /detects every value that was tried, from 1 to 40\. If there is a limit/],
    [await found(() => 0), /detects none of the values/],
    [await found(() => -1), /no conclusion/],
    [
      await found((value) => (value > 5 && value < 30 ? 5 : 0)),
      /no single limit, for the answer changes 2 times: .* and /,
    ],
    [await found((value) => (value === 1 ? 0 : value === 40 ? 5 : -1)), /between the two nothing could be decided\.$/],
  ]
  for (const [one, words] of cases) t.match(frontierHeadline(one), words)
})

t.test('mixed and undecided values are named', async (t) => {
  const notes = (await found((value) => (value === 21 ? 3 : value === 30 ? -1 : 5))).points
  const text = frontierNotes(await found((value) => (value === 21 ? 3 : value === 30 ? -1 : 5))).join('\n')
  t.ok(notes.some(({ value }) => value === 21))
  t.match(text, /Mixed results, so that the majority decided: 21 \(12 of 20\)\./)
  t.match(text, /Not to be decided: 30\./)
  t.match(text, /15 trials could not be decided/)
})

t.test('the picture has a mark for every decided value and a line for every change', async (t) => {
  const one = await found((value) => (value > 11 ? 5 : 0))
  const [whole] = frontierPlots(one)
  t.equal(whole?.svg.match(/<circle /g)?.length, one.points.length)
  t.equal(whole?.svg.match(/class="edge"/g)?.length, 1)
  t.match(whole?.svg, '11 | 12')
  for (const { svg } of frontierPlots(one)) t.notMatch(svg, /NaN|Infinity|undefined/)
  const wide = await searchFrontier({
    ...settings,
    to: 100_000,
    ask: async (wanted) =>
      wanted.map(({ value, trials }) => ({ value, detected: value > 777 ? trials : 0, decided: trials })),
    signal: new AbortController().signal,
  })
  const plots = frontierPlots({ scenario: 'flood', parameter: 'n', usual: null, ...wide })
  t.equal(plots.length, 2, 'one more around a change too small to be seen')
  t.match(plots[1]?.svg, '777 | 778')
})

t.test('the record keeps the frontier, and every report and the terminal show it', async (t) => {
  const record = withFrontier(sampleRecord(), await found((value) => (value > 11 ? 5 : 0)))
  const folder = join(t.testdir(), 'run')
  await writeRecord({ out: folder }, record)
  t.same((await readRecord(folder)).run.frontier, record.run.frontier)
  await rm(folder, { recursive: true })
  const html = await rendered('html', record)
  t.match(html, /<p class="eyebrow">Detection frontier<\/p>[\s\S]*detects it at 12 and above[\s\S]*<svg class="plot"/)
  t.notMatch(html, 'id="figures"', 'the rates of a campaign would mislead here')
  t.match(await rendered('markdown', record), /\| 12 \| 5 of 5 \(100%; 95% interval 56\.6% to 100%\) \| detects it \|/)
  const text = frontierText(
    record,
    { directory: 'x', files: ['report.html'] },
    { isTerminal: false, columns: 80, colour: false },
  )
  t.match(text, /^12 +#{20} {2}5 of 5 .* detects it$/m)
  t.match(text, /^11 +\.{20} {2}0 of 5 .* does not detect it$/m)
})

t.test('a name in a frontier stays text', async (t) => {
  const frontier = await found((value) => (value > 11 ? 5 : 0), { parameter: hostileText, scenario: hostileText })
  const html = await rendered('html', withFrontier(sampleRecord(), frontier))
  t.notMatch(html, '<script>globalThis')
  t.notMatch(html, '<owned/>')
})
