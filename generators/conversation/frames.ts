import { z } from 'zod'
import { GeneratorError } from '../errors.ts'
import { merged } from '../merged.ts'
import type { Identity } from '../identity.ts'
import type { LayerSpec } from '../packets/stack.ts'
import { completeStack, composeFrame, type Setting } from './compose.ts'
import type { Frame, Side } from './conversation.ts'
import { milliseconds } from './delay.ts'
import { derive16, derive32 } from './derive.ts'
import { cutStack, fragmentStack, fragmentsSchema } from './fragments.ts'
import { isRecord, readLayers } from './layers.ts'
import { join, namesOf, resolveNames } from './names.ts'
import { readPayload } from './payload.ts'
import { mostFrames, pace, type Repeat, repeatSchema, variedValues, waitBefore, withValue } from './repeat.ts'

export const sideSchema = z.enum(['client', 'server'])

/** One frame as a scenario writes it, or several alike with `repeat`, or its pieces with `fragments`. */
export const frameSchema = z.strictObject({
  from: sideSchema.describe('Who sends it. Addresses, MACs and ports that are not given follow from this.'),
  note: z.string().min(1).describe('What this frame is, in words.'),
  delay: milliseconds.optional().describe('Time to wait before it.'),
  layers: z
    .array(z.unknown())
    .min(1)
    .describe('From the outside in; Ethernet may be left out. `tocsin schema` shows the fields.'),
  fragments: fragmentsSchema.optional().describe('Cuts the payload of the first IP layer into these pieces.'),
  repeat: repeatSchema.optional(),
})

export type FrameSpec = z.output<typeof frameSchema>

/** Several frames that come again and again together, such as a question and its answer. */
export const roundsSchema = z.strictObject({
  rounds: z
    .strictObject({ ...pace, frames: z.array(frameSchema).min(1).max(1000) })
    .describe('Frames that come again and again together; the name `round` counts from 1.'),
})

export type RoundsSpec = z.output<typeof roundsSchema>

/** What may stand in a list of frames. */
export const frameEntrySchema = z.union([frameSchema, roundsSchema], {
  // A union says only that nothing fits; the branch that was meant knows what is wrong.
  error: ({ input, errors }) => {
    const found = errors?.[isRecord(input) && 'rounds' in input ? 1 : 0]?.[0]
    return found && (found.path.length === 0 ? found.message : `${found.path.join('.')}: ${found.message}`)
  },
})

/** Where a frame stands: the trial, the ports in use, how many frames went before, and in which of its rounds. */
export type Place = Omit<Setting, 'from' | 'number'> & { framesBefore: number; round?: number }

/**
 * Makes the frames of several entries of a scenario, rounds of frames among them.
 * @throws GeneratorError as `framesOf` does
 */
export function framesOfAll(specs: readonly (FrameSpec | RoundsSpec)[], place: Place, path: string): Frame[] {
  const frames: Frame[] = []
  const here = () => merged(place, { framesBefore: place.framesBefore + frames.length })
  for (const [index, spec] of specs.entries()) {
    if (!('rounds' in spec)) {
      frames.push(...framesOf(spec, here(), `${path}[${index}]`))
      continue
    }
    for (let round = 0; round < spec.rounds.count; round++) {
      const inside = merged(here(), { round: round + 1 })
      const [first, ...others] = framesOfAll(spec.rounds.frames, inside, `${path}[${index}].rounds.frames`)
      const wait = waitBefore(spec.rounds, round, place.identity.marker)
      if (first !== undefined) frames.push(wait === 0 ? first : merged(first, { delay: wait }), ...others)
    }
  }
  return frames
}

/**
 * Makes the frames of one entry of a scenario.
 * @throws GeneratorError with the path of what is wrong, or when there would be more than 10,000 frames
 */
export function framesOf(spec: FrameSpec, place: Place, path: string): Frame[] {
  const rounds = spec.repeat?.count ?? 1
  const frames: Frame[] = []
  for (let round = 0; round < rounds; round++) {
    const layers = spec.repeat === undefined ? spec.layers : variedLayers(spec.layers, spec.repeat, round, path)
    const stack = readLayers(layers, place.identity, join(path, 'layers'), {
      round: spec.repeat === undefined ? (place.round ?? 1) : round + 1,
    })
    const delay = round === 0 ? spec.delay : waitBefore(spec.repeat as Repeat, round, place.identity.marker)
    const setting = merged(place, { from: spec.from, number: place.framesBefore + frames.length })
    const made =
      spec.fragments === undefined ? [oneFrame(spec, stack, setting, path)] : pieces(spec, stack, setting, path)
    for (const [index, frame] of made.entries()) {
      const wait = frame.delay ?? (index === 0 ? delay : undefined)
      frames.push(merged(frame, wait === undefined || wait === 0 ? { path } : { path, delay: wait }))
    }
    if (place.framesBefore + frames.length > mostFrames) {
      throw new GeneratorError(path, `more than ${mostFrames} frames in one conversation`)
    }
  }
  return frames
}

function oneFrame(spec: FrameSpec, stack: LayerSpec[], setting: Setting, path: string): Frame {
  return { from: spec.from, bytes: composeFrame(stack, setting, join(path, 'layers')), note: spec.note }
}

function pieces(spec: FrameSpec, stack: LayerSpec[], setting: Setting, path: string): Frame[] {
  const { marker } = setting.identity
  const purpose = `datagram ${setting.number}`
  const isIpv6 = stack.some(({ layer }) => layer === 'ipv6')
  const identification = isIpv6 ? derive32(marker, purpose) : derive16(marker, purpose)
  const cut = cutStack(completeStack(stack, setting), identification, path)
  return (spec.fragments ?? []).map((fragment, index) => {
    const place = `${path}.fragments[${index}]`
    const data = fragment.data === undefined ? null : bytesOf(fragment.data, setting.identity, join(place, 'data'))
    const bytes = composeFrame(fragmentStack(cut, fragment, data, place), setting, place)
    const note = `${spec.note}, ${fragment.note ?? `piece ${index + 1}`}`
    return { from: spec.from as Side, bytes, note, ...(fragment.delay === undefined ? {} : { delay: fragment.delay }) }
  })
}

function bytesOf(raw: unknown, identity: Identity, path: string): Uint8Array {
  return readPayload(resolveNames(raw, namesOf(identity), path), identity, path)
}

/** The layers of one round: each varied `layer.field` set in the first layer of that name. */
function variedLayers(layers: readonly unknown[], repeat: Repeat, round: number, path: string): unknown[] {
  let varied = [...layers]
  for (const [[layer = '', ...keys], value] of variedValues(repeat, round)) {
    const place = `${path}.repeat.vary.${[layer, ...keys].join('.')}`
    const found = varied.findIndex((entry) => entry === layer || (isRecord(entry) && layer in entry))
    if (found === -1 && layer !== 'ethernet') throw new GeneratorError(place, `this frame has no layer "${layer}"`)
    if (found === -1) varied = [{ ethernet: {} }, ...varied]
    const index = Math.max(found, 0)
    const entry = varied[index]
    const content = isRecord(entry) ? entry[layer] : {}
    varied[index] = { [layer]: withValue(content, keys, value, place) }
  }
  return varied
}
