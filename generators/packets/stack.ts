import { closest } from 'fastest-levenshtein'
import { findLayer } from './bindings.ts'
import { shown } from './bytes.ts'
import { parseGiven } from './common-fields.ts'
import { decodeLayers } from './decode.ts'
import { describe, type LayerDescription } from './describe.ts'
import { encodeLayers, type Prepared } from './encode.ts'
import type { Values } from './field.ts'
import type { Layer } from './layer.ts'
import { PacketError } from './packet-error.ts'
import { layers } from './registry.ts'

/** One layer of a packet as a scenario writes it: only the values that were given. */
export interface LayerSpec {
  /** A name of `layerNames()`. */
  layer: string
  /** Field values by name, as written, as `parseLayerValues` or as `decodeStack` returned them. */
  values: Record<string, unknown>
}

/** One layer as read from bytes. */
export interface DecodedLayer {
  layer: string
  /**
   * Every field, and `trailer` if bytes follow the layer. Given to `encodeStack`, they make the same bytes again.
   * Bytes among them are views of the input.
   */
  values: Record<string, unknown>
  /** Where the layer starts, in bytes from the start of the input. */
  offset: number
  /** Bytes of the layer's own header. */
  length: number
  /** What is wrong with it, in words; empty when nothing is. */
  problems: string[]
}

/** What `parseLayerValues` has read already, by what it returned, which is not changed any more. */
const parsed = new WeakMap<object, Prepared>()

/**
 * Encodes layers, outermost first. Whatever is not given is completed: numbers of next protocols, lengths, checksums
 * (with the pseudo header of the nearest IP layer), paddings. What is given always wins, however wrong.
 * Values are checked as by `parseLayerValues`.
 * @throws PacketError
 */
export function encodeStack(stack: readonly LayerSpec[]): Uint8Array {
  const prepared: Prepared[] = []
  for (const { layer: name, values } of stack) {
    const layer = knownLayer(name)
    const before = parsed.get(values)
    prepared.push({ layer, given: before?.layer === layer ? before.given : parseGiven(name, layer.struct, values) })
  }
  return encodeLayers(prepared)
}

/**
 * Decodes bytes, from the layer `first` inwards. Never throws on bad bytes: what cannot be decoded becomes a `payload`
 * layer whose `problems` say why.
 * @throws PacketError if there is no layer `first`
 */
export function decodeStack(bytes: Uint8Array, first = 'ethernet'): DecodedLayer[] {
  knownLayer(first)
  return decodeLayers(bytes, first)
}

/**
 * Checks the values of one layer and returns those that were given, as they were written.
 * @throws PacketError that names layer, field, value, what is allowed and the nearest right name
 */
export function parseLayerValues(layer: string, raw: unknown): Record<string, unknown> {
  const known = knownLayer(layer)
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new PacketError(layer, `${shown(raw)} is not a set of fields`)
  const given = parseGiven(layer, known.struct, raw as Values)
  const entries = Object.entries(raw)
  const own = entries.filter(([, value]) => value !== undefined)
  const values = own.length === entries.length ? (raw as Values) : Object.fromEntries(own)
  parsed.set(values, { layer: known, given })
  return values
}

/** Names of all layers, in the order of the registry. */
export function layerNames(): string[] {
  return Object.keys(layers)
}

/** Whether there is a layer of this name. */
export function isLayer(name: string): boolean {
  return findLayer(name) !== undefined
}

/** Documentation of one layer. @throws PacketError if there is none of this name */
export function describeLayer(name: string): LayerDescription {
  return describe(knownLayer(name))
}

function knownLayer(name: string): Layer {
  const layer = findLayer(name)
  if (layer !== undefined) return layer
  const names = layerNames()
  throw new PacketError(
    'layer',
    `unknown layer ${shown(name)}; did you mean "${closest(String(name), names)}"? Layers: ${names.join(', ')}`,
  )
}
