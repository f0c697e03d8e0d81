import type { CommandDefinition } from '../cli/command.ts'
import { doctor } from '../setup/doctor.ts'
import { doctorTable } from '../setup/doctor-table.ts'
import { allNeeds } from '../setup/needs.ts'
import { hostOf } from './engine.ts'
import { imagesForSetup } from './images.ts'

export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  description: 'List what Tocsin needs, whether it is here, and how to get it; changes nothing',
  options: [{ flags: '--json', description: 'as JSON' }],
  examples: [
    ['doctor', 'a table; the exit code is 2 when a campaign could not run'],
    ['doctor --json', 'the same for a program'],
  ],
  async run(context, options) {
    const host = hostOf(context)
    const lines = await doctor(host, allNeeds(host, context.root, imagesForSetup(context)), context.signal)
    context.out(options['json'] ? `${JSON.stringify(lines, null, 2)}\n` : doctorTable(lines, context.stdout.colour))
    return lines.some((line) => line.ok === false && line.for.includes('run')) ? 2 : 0
  },
}
