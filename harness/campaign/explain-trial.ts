import type { Conversation, Frame } from '../../generators/conversation/conversation.ts'
import { generators } from '../../generators/registry.ts'
import { analyse } from '../analyser/analyse.ts'
import type { AnalysedFrame } from '../analyser/analysed.ts'
import { makeConversation } from '../plan/conversation.ts'
import type { Trial } from '../plan/trial.ts'
import type { LoadedScenario } from '../scenario/load.ts'

/** More frames than this nobody reads, and a capture may have any number. */
export const mostFramesExplained = 10_000

/**
 * What a trial sends, an anomaly's fields compared with those of its benign twin between the same hosts. Of a
 * conversation longer than `most` frames, the beginning.
 * @param folder the scenario folder, for files beside the scenario
 * @throws InputError for a trial that plays a process
 */
export function explainTrial(
  scenario: LoadedScenario,
  trial: Trial,
  folder?: string,
  most = mostFramesExplained,
): AnalysedFrame[] {
  const make = (each: Trial) => beginning(makeConversation(each, generators, folder), most)
  const { parameters } = trial
  if (trial.kind === 'control') return analyse({ conversation: make(trial), parameters })
  const { control } = scenario.cases.find(({ label }) => label === trial.case) ?? scenario
  const twin = { ...trial, kind: 'control', generator: control.generator, parameters: control.with } as const
  return analyse({
    conversation: make(trial),
    parameters,
    twin: { conversation: make(twin), parameters: twin.parameters },
  })
}

function beginning({ frames }: Conversation, most: number): Conversation {
  const first: Frame[] = []
  for (const frame of frames) {
    if (first.length === most) break
    const { from, bytes, delay, note, path, offsets } = frame
    // A stream may use the memory of a frame again for the next one; its note may be made only when asked for.
    first.push({
      from,
      bytes: bytes.slice(),
      note,
      ...(delay === undefined ? {} : { delay }),
      ...(path === undefined ? {} : { path }),
      ...(offsets === undefined ? {} : { offsets }),
    })
  }
  return { frames: first }
}
