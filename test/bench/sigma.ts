import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { readSigma, type SigmaDocuments } from '../../harness/sigma/documents.ts'
import { SigmaEngine } from '../../harness/sigma/engine.ts'
import { readPipeline } from '../../harness/sigma/pipeline.ts'
import { plainTest } from '../harness/sigma/plain.ts'
import { auditEvents, madeUpRules } from './sigma-material.ts'
import { type BenchResult, type BenchRow, median } from './table.ts'

const eventCount = 100_000
/** Events for the nested loop over the large set, which takes long. */
const plainEvents = 2_000
const rounds = 3
const compileLimit = 2
const mebibyte = 1024 * 1024

const fields = {
  Image: 'exe',
  CommandLine: 'cmd',
  ParentImage: 'parent',
  User: 'user',
  DestinationIp: 'ip',
  DestinationPort: 'port',
}
const pipeline = readPipeline({ name: 'bench', sources: [{ logsource: { product: 'linux' }, fields }] })

/** Sigma rules against audit events: all rules compiled into one matcher, and the same rules asked one after another. */
export async function benchSigma(): Promise<BenchResult> {
  const rows: BenchRow[] = []
  const notes: string[] = []
  const requirements: { text: string; met: boolean }[] = []
  for (const ruleCount of [200, 3_000]) {
    const text = madeUpRules(ruleCount)
    const compiled: number[] = []
    const plain: number[] = []
    const seconds: number[] = []
    let growth = 0
    for (let round = 0; round < rounds; round++) {
      const start = performance.now()
      const documents = readSigma([{ file: 'bench.yml', text }])
      const engine = new SigmaEngine({ ...documents, pipeline })
      seconds.push((performance.now() - start) / 1000)
      if (engine.size !== ruleCount)
        throw new Error(`${engine.size} of ${ruleCount} rules: ${engine.rejected[0]?.reason}`)
      const fast = matchAll(engine, eventCount)
      compiled.push((ruleCount * eventCount) / fast.seconds)
      growth = Math.max(growth, fast.growth)
      const count = ruleCount > 1000 ? plainEvents : eventCount / 10
      const slow = plainly(documents, count)
      plain.push((ruleCount * count) / slow.seconds)
      const sameShare = matchAll(engine, count)
      if (sameShare.matches !== slow.matches)
        throw new Error(`${sameShare.matches} matches, one by one ${slow.matches}`)
      if (round === 0) notes.push(`${ruleCount} rules: ${fast.matches} matches in ${eventCount} events`)
    }
    rows.push({ name: `${ruleCount} rules, compiled`, samples: compiled })
    rows.push({ name: `${ruleCount} rules, nested loop`, samples: plain })
    notes.push(`${ruleCount} rules read and compiled in ${median(seconds).toFixed(2)} s`)
    requirements.push({
      text: `${ruleCount} rules: memory does not grow with the events (${growth.toFixed(1)} MiB)`,
      met: growth < 16,
    })
    if (ruleCount === 3_000) {
      requirements.push({
        text: `${ruleCount} rules are read and compiled in less than ${compileLimit} s (${median(seconds).toFixed(2)} s)`,
        met: median(seconds) < compileLimit,
      })
      requirements.push({ text: 'compiled is faster than the nested loop', met: median(compiled) > median(plain) })
    }
  }
  return { title: 'Sigma rules against audit events', unit: 'rules x events/s', rows, notes, requirements }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function matchAll(engine: SigmaEngine, count: number): { seconds: number; matches: number; growth: number } {
  let matches = 0
  // The first events warm the readers up; what grows after them grows with the stream.
  for (const event of auditEvents(Math.min(count, 5_000))) matches += engine.evaluate(event, 0).length
  matches = 0
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const start = performance.now()
  for (const event of auditEvents(count)) matches += engine.evaluate(event, 0).length
  const seconds = (performance.now() - start) / 1000
  collectGarbage()
  return { seconds, matches, growth: (process.memoryUsage().heapUsed - before) / mebibyte }
}

function plainly({ rules }: SigmaDocuments, count: number): { seconds: number; matches: number } {
  const source = pipeline.sources[0]
  const tests = rules.map(({ expression }) => plainTest(expression, (field) => source?.fields[field]))
  let matches = 0
  const start = performance.now()
  for (const event of auditEvents(count)) for (const test of tests) if (test(event)) matches++
  return { seconds: (performance.now() - start) / 1000, matches }
}
