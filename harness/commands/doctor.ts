import type { CommandDefinition } from '../cli/command.ts'
import { doctor } from '../setup/doctor.ts'
import { doctorTable } from '../setup/doctor-table.ts'
import { allNeeds } from '../setup/needs.ts'
import { hostOf } from './engine.ts'
import { imagesForSetup } from './images.ts'

export const doctorCommand: CommandDefinition = {
  options: [{ flags: '--json', description: 'as JSON' }],
  examples: [
    ['doctor', 'a table; the exit code is 2 when a campaign could not run'],
    ['doctor --json', 'the same for a program'],
  ],
  async run(context, options) {
    const host = hostOf(context)
    const lines = await doctor(host, allNeeds(host, context.root, imagesForSetup(context)), context.signal)
    const missing = lines.filter(({ ok }) => ok === false)
    const forRun = missing.filter((line) => line.for.includes('run')).length
    if (options.json) context.out(`${JSON.stringify(lines, null, 2)}\n`)
    else context.out(`${doctorTable(lines, context.stdout.colour)}\n${verdict(missing.length, forRun)}\n`)
    return forRun > 0 ? 2 : 0
  },
}

function verdict(missing: number, forRun: number): string {
  if (missing === 0) return 'Everything is here.'
  if (forRun === 0) return 'A campaign can run. What is missing is for tests or benchmarks only.'
  return 'A campaign cannot run yet; tocsin setup gets what is missing.'
}
