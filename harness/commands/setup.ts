import type { CommandDefinition } from '../cli/command.ts'
import { confirm } from '../setup/confirm.ts'
import { allNeeds } from '../setup/needs.ts'
import { purposes } from '../setup/need.ts'
import { setup } from '../setup/setup.ts'
import { createProgress } from '../setup/status-line.ts'
import { hostOf } from './engine.ts'
import { imagesForSetup } from './images.ts'

export const setupCommand: CommandDefinition = {
  options: [
    { flags: '--for <purpose>', description: 'what it is for', choices: purposes, initial: 'run' },
    { flags: '--yes', description: 'do not ask' },
  ],
  examples: [
    ['setup', 'what a campaign needs'],
    ['setup --for test --yes', 'what the tests need, without asking'],
  ],
  async run(context, options) {
    const host = hostOf(context)
    const asks = !options.yes && process.stdin.isTTY === true && context.stderr.isTerminal
    const progress = createProgress(context.log, context.stderr)
    try {
      await setup({
        host,
        needs: allNeeds(host, context.root, imagesForSetup(context)),
        for: options.for as (typeof purposes)[number],
        confirm: asks ? (question) => confirm(question, process.stdin, process.stderr, context.signal) : null,
        progress,
        signal: context.signal,
      })
    } finally {
      progress.end()
    }
    return 0
  },
}
