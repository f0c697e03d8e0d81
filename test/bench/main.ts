import { availableParallelism, cpus, loadavg } from 'node:os'
import { benchCampaign } from './campaign.ts'
import { benchEndpoint } from './endpoint.ts'
import { benchEve } from './eve.ts'
import { benchFuzz } from './fuzz.ts'
import { benchRender } from './render.ts'
import { benchReports } from './reports.ts'
import { benchSigma } from './sigma.ts'
import { benchReplay } from './replay.ts'
import { benchTrials } from './trials.ts'
import { type BenchResult, formatBench } from './table.ts'
import { benchUnseen } from './unseen.ts'
import { benchVerify } from './verify.ts'
import { benchWires } from './wires.ts'

const benches: Record<string, () => Promise<BenchResult>> = {
  campaign: benchCampaign,
  unseen: benchUnseen,
  wires: benchWires,
  replay: benchReplay,
  eve: benchEve,
  render: benchRender,
  trials: benchTrials,
  fuzz: benchFuzz,
  sigma: benchSigma,
  endpoint: benchEndpoint,
  verify: benchVerify,
  reports: benchReports,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}

process.stdout.write(
  `Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown processor'}\n`,
)
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const [load = 0] = loadavg()
  const start = performance.now()
  try {
    const result = await bench()
    const took = `took ${((performance.now() - start) / 1000).toFixed(0)} s, load average before it ${load.toFixed(2)}`
    process.stdout.write(`\n${formatBench({ ...result, notes: [...result.notes, took] })}`)
    if (result.requirements.some(({ met }) => met === false)) process.exitCode = 1
  } catch (error) {
    process.stdout.write(`\nBROKEN: ${name}: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  }
}
