import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eveLines } from '../harness/monitors/suricata-sample.ts'
import type { EveReading } from './eve-reader.ts'
import { type BenchResult, median } from './table.ts'

const rounds = 3
const few = 100_000
const many = 1_000_000
/** How much more memory ten times the lines may take: what the garbage collector leaves lying about. */
const memoryGrowth = 1.25
const run = promisify(execFile)

/** Reading an EVE log of a million lines with the monitor, beside jq picking the alerts out of the same file. */
export async function benchEve(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-bench-'))
  try {
    const [small, large] = [join(folder, 'few.json'), join(folder, 'many.json')]
    await writeLog(small, few)
    const alerts = await writeLog(large, many)
    const memoryOfFew = (await readWithTocsin(small)).peakMemoryMiB
    const hasJq = await run('jq', ['--version']).then(
      () => true,
      () => false,
    )
    const tocsin: number[] = []
    const jq: number[] = []
    const memory: number[] = []
    for (let round = 1; round <= rounds; round++) {
      tocsin.push(
        await rate(async () => {
          const reading = await readWithTocsin(large)
          if (reading.observations !== many || reading.alerts !== alerts)
            throw new Error(`${many} lines with ${alerts} alerts were read as ${JSON.stringify(reading)}`)
          memory.push(reading.peakMemoryMiB)
        }),
      )
      if (hasJq) jq.push(await rate(() => readWithJq(large)))
    }
    const growth = median(memory) / memoryOfFew
    return {
      title: 'Reading an EVE log of a million lines',
      unit: 'lines/s',
      rows: [
        { name: 'suricata-eve monitor, every line an observation', samples: tocsin },
        ...(hasJq ? [{ name: 'jq -c select(.event_type=="alert")', samples: jq }] : []),
      ],
      ...(hasJq && { baseline: 'jq -c select(.event_type=="alert")' }),
      notes: [
        'each sample is a process of its own, its start included; the lines are real ones, repeated with other numbers',
        `most memory of the monitor's process: ${memoryOfFew.toFixed(0)} MiB at ${few.toLocaleString('en')} lines, ${median(memory).toFixed(0)} MiB at ${many.toLocaleString('en')}`,
        ...(hasJq ? [] : ['jq is left out: not installed']),
      ],
      requirements: [
        { text: 'the monitor is faster than jq', met: hasJq ? median(tocsin) > median(jq) : null },
        { text: `ten times the lines take at most ${memoryGrowth} times the memory`, met: growth <= memoryGrowth },
      ],
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** @returns how many alerts there are among the lines. */
async function writeLog(path: string, lines: number): Promise<number> {
  const sample = eveLines.filter((line) => !line.includes('"event_type":"stats"'))
  const file = createWriteStream(path)
  let alerts = 0
  for (let written = 0, turn = 0; written < lines; turn++) {
    const block = sample.slice(0, lines - written)
    written += block.length
    alerts += block.filter((line) => line.includes('"event_type":"alert"')).length
    const text = block.map((line) => vary(line, turn)).join('\n')
    if (!file.write(`${text}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
  return alerts
}

/** Other addresses and flow numbers, so that nothing is quick because it was read before. */
function vary(line: string, turn: number): string {
  return line.replaceAll('198.18.', `10.${turn & 255}.`).replace('"flow_id":', `"flow_id":${(turn % 9) + 1}`)
}

async function rate(read: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await read()
  return (many / (performance.now() - start)) * 1000
}

async function readWithTocsin(path: string): Promise<EveReading> {
  const script = fileURLToPath(new URL('eve-reader.js', import.meta.url))
  const { stdout } = await run(process.execPath, [script, path])
  return JSON.parse(stdout)
}

async function readWithJq(path: string): Promise<void> {
  const jq = spawn('jq', ['-c', 'select(.event_type=="alert")', path], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(jq, 'exit')
  if (code !== 0) throw new Error(`jq ended with ${code}`)
}
