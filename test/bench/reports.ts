import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright'
import { readRecord } from '../../harness/evidence/read.ts'
import { renderReports } from '../../harness/commands/render-reports.ts'
import { findChromium } from '../../harness/setup/chromium.ts'
import { browserArguments, Printer } from '../../reports/printer.ts'
import { reporters } from '../../reports/registry.ts'
import { root } from '../cli/tocsin.ts'
import { timedRun, withFolder } from './command-line.ts'
import { writeLargeRecord } from './large-record.ts'
import { memoryOfTree } from './process-tree.ts'
import { type BenchResult, median } from './table.ts'

const trials = 10_000
const commandRounds = 2
const openRounds = 3
/** Seconds for all formats. */
const longest = 10
/** MiB of Node and Chromium together. */
const mostMemory = 1024
/** Seconds until the page is painted, and until a filter shows. */
const longestOpen = 2

/** Every report of a record of 10,000 trials, and the page in a browser. Wants a Docker engine and Chromium. */
export async function benchReports(): Promise<BenchResult> {
  return withFolder(async (folder) => {
    await timedRun(folder, ['--format', 'csv'])
    const large = join(folder, 'large')
    await writeLargeRecord(join(folder, 'latest'), large, trials)
    return measureReports(large)
  })
}

/** Measures the reports of a record that is there. */
export async function measureReports(large: string): Promise<BenchResult> {
  const commands: { seconds: number; memory: number }[] = []
  for (let round = 0; round < commandRounds; round++) commands.push(await timedReports(large))
  const seconds = commands.map((one) => one.seconds)
  const memory = Math.max(...commands.map((one) => one.memory))
  const formats = await eachFormat(large)
  const { opening, filtering } = await inBrowser(join(large, 'report.html'))
  const shown = [...opening, ...filtering]
  return {
    title: `Reports of ${trials.toLocaleString('en')} trials`,
    unit: 's',
    rows: [
      { name: 'tocsin report, every format, in a process of its own', samples: seconds },
      ...formats,
      { name: 'opening report.html until it is painted', samples: opening },
      { name: 'filtering until it is painted', samples: filtering },
    ],
    notes: [
      'the trials of one run of the whole library over and over, with all their observations',
      `most memory, Node and Chromium together: ${memory.toFixed(0)} MiB`,
    ],
    requirements: [
      { text: `every format in under ${longest} s`, met: median(seconds) < longest },
      { text: `with under ${mostMemory} MiB`, met: memory < mostMemory },
      { text: `the page opens and filters in under ${longestOpen} s`, met: Math.max(...shown) < longestOpen },
    ],
  }
}

async function timedReports(large: string): Promise<{ seconds: number; memory: number }> {
  const start = performance.now()
  const command = [join(root, 'harness', 'bin', 'tocsin.mjs'), 'report', large]
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  let memory = 0
  const watch = setInterval(() => {
    if (child.pid !== undefined) memory = Math.max(memory, memoryOfTree(child.pid))
  }, 500)
  const complained = await text(child.stderr)
  const [code] = await ended
  clearInterval(watch)
  if (code !== 0) throw new Error(`tocsin report ended with ${code}:\n${complained}`)
  return { seconds: (performance.now() - start) / 1000, memory }
}

async function eachFormat(large: string): Promise<BenchResult['rows']> {
  const rows: { name: string; samples: number[] }[] = []
  const timed = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await action()
    rows.push({ name, samples: [(performance.now() - start) / 1000] })
    return result
  }
  await using printer = new Printer(() => findChromium(process.env))
  const record = await timed('of it: reading the record', () => readRecord(large))
  for (const reporter of Object.values(reporters)) {
    const { problems } = await timed(`of it: ${reporter.name}`, () => renderReports(record, [reporter], { printer }))
    if (problems.length > 0) throw new Error(problems.join('\n'))
  }
  return rows
}

async function inBrowser(file: string): Promise<{ opening: number[]; filtering: number[] }> {
  const path = await findChromium(process.env)
  if (path === null) throw new Error('no Chromium was found; tocsin setup installs it')
  const browser = await chromium.launch({ executablePath: path, args: browserArguments })
  const [opening, filtering]: [number[], number[]] = [[], []]
  try {
    for (let round = 0; round < openRounds; round++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      opening.push(await painted(page, () => page.goto(pathToFileURL(file).href, { waitUntil: 'load' })))
      for (const wanted of ['dns', '']) filtering.push(await painted(page, () => page.fill('#filter-text', wanted)))
      for (const wanted of ['logged', ''])
        filtering.push(await painted(page, () => page.selectOption('#filter-outcome', wanted)))
      await page.close()
    }
  } finally {
    await browser.close()
  }
  return { opening, filtering }
}

/** Seconds until what was done is on the screen: the second frame after it begins when the first has been painted. */
async function painted(page: Page, action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  // The compiler knows no browser, so it is told in words.
  await page.evaluate('new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown())))')
  return (performance.now() - start) / 1000
}
