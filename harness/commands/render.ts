import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { counted } from '../../reports/format.ts'
import type { Conversation } from '../../generators/conversation/conversation.ts'
import { generators } from '../../generators/registry.ts'
import { conversationPieces } from '../../generators/wires/pcap-file.ts'
import type { CommandDefinition } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError } from '../errors.ts'
import { makeConversation } from '../plan/conversation.ts'
import { exampleTrial, trialOptions } from './example-trial.ts'
import { libraryOption, readLibrary, readScenario, scenarioFolder, userPath } from './inputs.ts'
import { renderAll } from './render-all.ts'
import { exampleBaseline } from './show.ts'

/** Rendered packets bear this time, so that the same scenario gives the same file: 2026-01-01T00:00:00Z. */
const renderedAt = Date.UTC(2026, 0, 1)

export const renderCommand: CommandDefinition = {
  arguments: { '[scenario]': 'its id; left out with --all' },
  options: [
    libraryOption,
    ...trialOptions,
    { flags: '--with-baseline', description: 'the ordinary traffic that is learnt first in front of it' },
    {
      flags: '--all',
      description: 'every case of every scenario, anomaly and benign twin, into the folder that -o names',
    },
    {
      flags: '-o, --output <file>',
      description: 'pcap file; - is standard output (default: <scenario>.pcap); with --all a folder (default: pcaps)',
    },
  ],
  examples: [
    ['render tcp-null-scan -o anomaly.pcap', 'the anomaly'],
    ['render tcp-null-scan --control -o twin.pcap', 'its benign twin'],
  ],
  async run(context, options, [id]) {
    if (options.all) return renderEvery(context, options, id)
    if (id === undefined) throw new InputError('render needs the id of a scenario, or --all')
    const scenario = readScenario(context, options, id)
    const trial = exampleTrial(scenario, options)
    if (options.withBaseline && scenario.baseline.length === 0)
      throw new InputError(`scenario ${scenario.id} has no baseline; leave --with-baseline out`)
    const folder = scenarioFolder(context, options)
    const before = options.withBaseline ? exampleBaseline(scenario).filter(({ of }) => of === trial.id) : []
    const conversation = inARow([...before, trial].map((each) => makeConversation(each, generators, folder)))
    const pcap = conversationPieces(conversation, renderedAt)
    const output = (options.output as string | undefined) ?? `${scenario.id}.pcap`
    if (output === '-') {
      if (context.stdout.isTerminal)
        throw new InputError('a pcap would garble the terminal; name a file with -o, or send it into a pipe')
      for (const piece of pcap) context.out(piece)
      return 0
    }
    const path = userPath(context, output)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, pcap)
    context.out(`${output}: ${counted(framesOf(conversation), 'frame')}\n`)
    return 0
  },
}

function renderEvery(context: Context, options: Record<string, unknown>, id: unknown): number {
  const alone = [id, options.case, options.control, options.withBaseline].every((each) => each === undefined)
  if (!alone) throw new InputError('--all takes every case of every scenario; leave the others out')
  const output = (options.output as string | undefined) ?? 'pcaps'
  const files = renderAll(readLibrary(context, options), {
    files: scenarioFolder(context, options),
    folder: userPath(context, output),
    startMs: renderedAt,
  })
  context.out(`${output}: ${counted(files, 'file')}\n`)
  return 0
}

/** Conversations one after the other, made anew each time they are gone through. */
function inARow(conversations: readonly Conversation[]): Conversation {
  const [only, ...others] = conversations
  if (only !== undefined && others.length === 0) return only
  return {
    frames: {
      *[Symbol.iterator]() {
        for (const { frames } of conversations) yield* frames
      },
    },
  }
}

function framesOf({ frames, stream }: Conversation): number {
  return stream?.frames ?? [...frames].length
}
