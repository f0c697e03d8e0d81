import {
  constructFromEvents,
  CORE_SCHEMA,
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type Event,
  type ScalarEvent,
} from 'js-yaml'
import { inputError, type Problem } from './problem.ts'
import type { Source } from './source.ts'

/** Where one YAML value stands in its file. A value reached by an alias is where its anchor is. */
export interface YamlNode {
  /** Offset of the value's first character. */
  at: number
  /** Mappings: every key with the offset of the key and its value's node. */
  entries?: Map<string, { at: number; node: YamlNode }>
  /** Sequences: the items' nodes. */
  items?: YamlNode[]
}

/** A file's one YAML document: plain JSON data, and where each part of it stands. */
export interface YamlDocument {
  source: Source
  value: unknown
  root: YamlNode
}

/** How many values the aliases of one file may add altogether. */
export const maximumExpansion = 10_000

/**
 * Parses exactly one YAML 1.2 document of plain data: no tags, no cycles, no duplicate keys, aliases only up to a
 * small expansion. The checks run on the parser's events, so an alias bomb costs nothing.
 * @throws InputError with file, line and column of every problem found
 */
export function parseYaml(source: Source): YamlDocument {
  try {
    const events = parseEvents(source.text, { filename: source.file })
    const { roots, problems } = trace(events, source)
    const [first, second] = roots
    if (second !== undefined) {
      problems.push({ at: second.at, message: 'a second document starts here; one file holds one document' })
    }
    if (first === undefined) throw inputError(source, [{ at: null, message: 'is empty' }])
    if (problems.length > 0) throw inputError(source, problems)
    const [value] = constructFromEvents(events, { source: source.text, schema: CORE_SCHEMA })
    const document = { source, value, root: first }
    const numbers = inexactNumbers(value, first)
    if (numbers.length > 0) throw inputError(source, numbers)
    return document
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause
    throw inputError(source, [{ at: cause.mark?.position ?? null, message: `not valid YAML: ${cause.reason}` }])
  }
}

interface Open {
  node: YamlNode
  /** The key whose value comes next. */
  key: { name: string; at: number } | null
  anchor: string | null
  /** Values in this one, aliases counted in full. */
  size: number
}

/** Builds the tree of positions and finds whatever is refused before any value is built. */
function trace(events: readonly Event[], source: Source): { roots: YamlNode[]; problems: Problem[] } {
  const { text } = source
  const roots: YamlNode[] = []
  const problems: Problem[] = []
  const open: Open[] = []
  const anchors = new Map<string, { node: YamlNode; size: number } | 'open'>()
  let added = 0

  const place = (node: YamlNode, size: number, key: string | null, at = node.at): void => {
    const parent = open.at(-1)
    if (parent === undefined) {
      roots.push(node)
      return
    }
    parent.size += size
    if (parent.node.items !== undefined) {
      parent.node.items.push(node)
    } else if (parent.key === null) {
      if (key === null) problems.push({ at, message: 'a key must be plain text' })
      else if (parent.node.entries?.has(key)) problems.push({ at, message: `duplicate key "${key}"` })
      else if (key === '__proto__') problems.push({ at, message: 'the key "__proto__" is not allowed' })
      parent.key = { name: key ?? '', at }
    } else {
      parent.node.entries?.set(parent.key.name, { at: parent.key.at, node })
      parent.key = null
    }
  }

  for (const event of events) {
    const parent = open.at(-1)
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        anchors.clear()
        break
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        problems.push(...refusedTag(event, text))
        const anchor = anchorOf(event, text)
        if (anchor !== null) anchors.set(anchor, 'open')
        const children = event.type === EVENT_ID.MAPPING ? { entries: new Map() } : { items: [] }
        open.push({ node: { at: event.start, ...children }, key: null, anchor, size: 1 })
        break
      }
      case EVENT_ID.SCALAR: {
        problems.push(...refusedTag(event, text))
        const node = { at: scalarStart(event) ?? parent?.key?.at ?? parent?.node.at ?? 0 }
        const anchor = anchorOf(event, text)
        if (anchor !== null) anchors.set(anchor, { node, size: 1 })
        const isKey = parent?.node.entries !== undefined && parent.key === null
        place(node, 1, isKey ? getScalarValue(text, event) : null)
        break
      }
      case EVENT_ID.ALIAS: {
        const name = text.slice(event.anchorStart, event.anchorEnd)
        const at = event.anchorStart - 1
        const target = anchors.get(name)
        if (target === 'open') problems.push({ at, message: `alias "*${name}" stands inside its own anchor: a cycle` })
        if (target === undefined) problems.push({ at, message: `alias "*${name}" has no anchor "&${name}" before it` })
        const { node, size } = target === undefined || target === 'open' ? { node: { at }, size: 1 } : target
        added += size
        if (added > maximumExpansion) {
          const message = `aliases add more than ${maximumExpansion} values to this file; write them out`
          throw inputError(source, [{ at, message }])
        }
        place(node, size, null, at)
        break
      }
      case EVENT_ID.POP: {
        const closed = open.pop()
        // The last one closes the document, which is no value.
        if (closed === undefined) break
        if (closed.anchor !== null) anchors.set(closed.anchor, closed)
        place(closed.node, closed.size, null)
        break
      }
      default:
        event satisfies never
    }
  }
  return { roots, problems }
}

function anchorOf(event: { anchorStart: number; anchorEnd: number }, text: string): string | null {
  return event.anchorStart < 0 ? null : text.slice(event.anchorStart, event.anchorEnd)
}

function refusedTag(event: { tagStart: number; tagEnd: number }, text: string): Problem[] {
  if (event.tagStart < 0) return []
  const tag = text.slice(event.tagStart, event.tagEnd)
  return [{ at: event.tagStart, message: `the tag "${tag}" is not allowed; write plain YAML` }]
}

/** Offset of a scalar's first character, its quote included; null for an empty one. */
function scalarStart(event: ScalarEvent): number | null {
  if (event.valueStart < 0) return null
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
  return quoted ? event.valueStart - 1 : event.valueStart
}

/** Numbers that JSON cannot carry: they would reach the wire as something else than what was written. */
function inexactNumbers(value: unknown, node: YamlNode): Problem[] {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return [{ at: node.at, message: `${value} is not a number that can be used` }]
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return [{ at: node.at, message: 'the number is too large to be kept exactly; write it in quotes' }]
    }
    return []
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => inexactNumbers(item, node.items?.[index] ?? node))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => inexactNumbers(item, node.entries?.get(key)?.node ?? node))
}
