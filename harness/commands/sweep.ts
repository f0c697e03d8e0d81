import { counted } from '../../reports/format.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { sweep } from '../sandbox/sweep.ts'
import { engineOf } from './engine.ts'

export const sweepCommand: CommandDefinition = {
  options: [
    { flags: '--all', description: 'also what belongs to campaigns that still run' },
    { flags: '--json', description: 'as JSON' },
  ],
  examples: [['sweep', 'leftovers of campaigns whose process is gone']],
  async run(context, options) {
    const swept = await sweep(await engineOf(context), { all: options.all === true })
    if (options.json) context.out(`${JSON.stringify(swept)}\n`)
    else context.out(sentence(swept))
    return 0
  },
}

function sentence({ containers, networks }: { containers: readonly unknown[]; networks: readonly unknown[] }): string {
  if (containers.length + networks.length === 0) return 'Nothing was left behind.\n'
  return `Removed ${counted(containers.length, 'container')} and ${counted(networks.length, 'network')}.\n`
}
