import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { generators } from '../../generators/network/registry.ts'
import { conversationToPcap } from '../../generators/wires/pcap-file.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { InputError } from '../errors.ts'
import { makeConversation } from '../plan/conversation.ts'
import { libraryOption, readLibrary, userPath } from './inputs.ts'
import { exampleTrials, findScenario } from './show.ts'

/** Rendered packets bear this time, so that the same scenario gives the same file: 2026-01-01T00:00:00Z. */
const renderedAt = Date.UTC(2026, 0, 1)

export const renderCommand: CommandDefinition = {
  name: 'render',
  description: "Write a scenario's packets to a pcap file; nothing is sent",
  arguments: { '<scenario>': 'its id' },
  options: [
    libraryOption,
    { flags: '--control', description: 'the benign twin instead of the anomaly' },
    { flags: '--case <label>', description: 'which case of a matrix (default: the first)' },
    { flags: '-o, --output <file>', description: 'pcap file; - is standard output (default: <scenario>.pcap)' },
  ],
  examples: [
    ['render tcp-null-scan -o /tmp/anomaly.pcap', 'the anomaly'],
    ['render tcp-null-scan --control -o /tmp/twin.pcap', 'its benign twin'],
  ],
  async run(context, options, [id]) {
    const scenario = findScenario(readLibrary(context, options), String(id))
    const kind = options['control'] ? 'control' : 'stimulus'
    const label = (options['case'] as string | undefined) ?? scenario.cases[0]?.label
    const trial = exampleTrials(scenario).find((each) => each.kind === kind && each.case === label)
    if (!trial) {
      const known = scenario.cases.map((each) => `"${each.label}"`).join(', ')
      throw new InputError(`scenario ${scenario.id} has no case "${label}"; it has ${known}`)
    }
    const conversation = makeConversation(trial, generators)
    const pcap = conversationToPcap(conversation, renderedAt)
    const output = (options['output'] as string | undefined) ?? `${scenario.id}.pcap`
    if (output === '-') {
      context.out(pcap)
      return 0
    }
    const path = userPath(context, output)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, pcap)
    context.out(`${output}: ${conversation.frames.length} frames\n`)
    return 0
  },
}
