import { layerNames } from '../../generators/packets/stack.ts'

/** What a scenario itself sets in the frames of one of its steps; all the rest is made right by the generator. */
export interface Asked {
  /** `tcp.flags`: layer and field. */
  fields: ReadonlySet<string>
  /** Names of the layers, from the outside in. */
  layers: readonly string[]
  /** Whether it gives data as plain bytes, in which any protocol may be read. */
  hasBytes: boolean
}

const names = new Set(layerNames())

/**
 * What the parameters of a generator set in the frames that come from `path`. It is read off the form that all
 * generators share: a layer's name, and under it its fields.
 * @param path as a frame has it, `steps[3].segment`
 */
export function askedOf(parameters: unknown, path: string | undefined): Asked {
  const asked: Found = { fields: new Set(), layers: [], hasBytes: false }
  if (path !== undefined) look(at(parameters, path), asked)
  return asked
}

function at(parameters: unknown, path: string): unknown {
  const parts = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((part) => part[1] ?? part[0])
  return parts.reduce<unknown>(
    (value, part) => (isMapping(value) || Array.isArray(value) ? own(value, part) : undefined),
    parameters,
  )
}

interface Found {
  fields: Set<string>
  layers: string[]
  hasBytes: boolean
}

/** Settings of a `tcp` step that are fields of the header. */
const segmentFields = new Set(['flags', 'window'])

function look(value: unknown, found: Found): void {
  if (typeof value === 'string') {
    if (names.has(value)) found.layers.push(value)
    else found.hasBytes = true
    return
  }
  if (Array.isArray(value)) {
    for (const each of value) look(each, found)
    return
  }
  if (!isMapping(value)) return
  for (const [key, content] of Object.entries(value)) {
    if (names.has(key)) lookIntoLayer(key, content, found)
    else if (segmentFields.has(key)) found.fields.add(`tcp.${key}`)
    else if (key === 'repeat' && isMapping(content) && isMapping(content.vary)) varied(Object.keys(content.vary), found)
    else if (key === 'fragments') fragmented(content, found)
    else if (key === 'hex' || key === 'repeat' || key === 'text') found.hasBytes = true
    else if (key === 'layers' || key === 'data') look(content, found)
  }
}

function lookIntoLayer(layer: string, content: unknown, found: Found): void {
  found.layers.push(layer)
  if (!isMapping(content)) found.fields.add(`${layer}.data`)
  else for (const field of Object.keys(content)) found.fields.add(`${layer}.${field}`)
}

function varied(paths: readonly string[], found: Found): void {
  for (const path of paths) {
    const parts = path.split('.')
    const layer = parts.findIndex((part) => names.has(part))
    const field = parts[layer + 1]
    if (layer >= 0 && field !== undefined) found.fields.add(`${parts[layer]}.${field}`)
  }
}

function fragmented(pieces: unknown, found: Found): void {
  const set = Array.isArray(pieces)
    ? pieces.flatMap((piece) => (isMapping(piece) ? Object.keys(piece.set ?? {}) : []))
    : []
  for (const field of ['fragmentOffset', 'flags', ...set])
    for (const layer of ['ipv4', 'fragment']) found.fields.add(`${layer}.${field}`)
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}
