import type { AnalysedFrame, AnalysedLayer } from '../analyser/analysed.ts'
import { fold } from '../analyser/fold.ts'
import { markText, standsOut } from '../analyser/mark-text.ts'
import { fieldText } from '../analyser/value-text.ts'
import type { RecordedExplanation, RecordedFrame, RecordedFrameLayer } from '../evidence/record.ts'
import type { Trial } from '../plan/trial.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { explainTrial } from './explain-trial.ts'

/** Frames of a conversation that are looked at: what comes after them is more of the same. */
const framesRead = 64
/** Frames that are kept: those with something in them that stands out, one of each kind. */
const framesKept = 3
const marksKept = 8
const textKept = 300

/**
 * The packets of one anomaly as the record keeps them: a few frames as a protocol tree, with what is wrong or what the benign
 * twin never has. Bounded in size, whatever was played.
 * @param folder the scenario folder, for files beside the scenario
 * @throws InputError for a trial that plays a process
 */
export function explained(scenario: LoadedScenario, trial: Trial, folder: string): RecordedExplanation {
  const frames = explainTrial(scenario, trial, folder, framesRead)
  const marked = frames.filter(standsOut)
  const kept = fold(marked.length > 0 ? marked : frames).flatMap(({ shown }) => shown)
  return {
    trial: trial.id,
    read: frames.length,
    standOut: marked.length,
    frames: kept.slice(0, framesKept).map((frame) => recordFrame(frame, marked.length > 0)),
  }
}

function recordFrame({ number, from, note, bytes, layers, unusual }: AnalysedFrame, hasMarks: boolean): RecordedFrame {
  return {
    number,
    from,
    note: cut(note),
    length: bytes.length,
    unusual: unusual === null ? null : cut(unusual),
    layers: layers.map((layer) => recordLayer(layer, hasMarks)),
  }
}

/** Fields are kept where one of them stands out, and where none does in any frame. */
function recordLayer({ name, title, rfc, fields, problems }: AnalysedLayer, hasMarks: boolean): RecordedFrameLayer {
  const marks = [
    ...fields.flatMap((field) =>
      field.mark === undefined
        ? []
        : [
            {
              field: field.name,
              value: cut(fieldText(field)),
              kind: field.mark.kind,
              why: cut(markText(field, field.mark).replace(/^(wrong|unusual): /, '')),
            },
          ],
    ),
    ...problems.map((problem) => ({ field: '', value: '', kind: 'wrong' as const, why: cut(problem) })),
  ]
  const plain = fields.filter(({ mark }) => mark === undefined)
  const isShown = marks.length > 0 || (!hasMarks && name !== 'ethernet')
  return {
    name,
    about: isShown && name !== 'payload' ? `${title}, ${rfc}` : '',
    fields: isShown ? cut(plain.map((field) => `${field.name} ${fieldText(field)}`).join(' · ')) : '',
    marks: marks.sort((one, other) => rank(one) - rank(other)).slice(0, marksKept),
  }
}

function rank({ kind }: RecordedFrameLayer['marks'][number]): number {
  return kind === 'wrong' ? 0 : 1
}

function cut(text: string): string {
  return text.length > textKept ? `${text.slice(0, textKept - 4)} ...` : text
}
