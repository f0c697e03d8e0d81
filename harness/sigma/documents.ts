import { CORE_SCHEMA, constructFromEvents, EVENT_ID, parseEvents, YAMLException } from 'js-yaml'
import { isCorrelation, readCorrelation, type SigmaCorrelation } from './correlation-rule.ts'
import type { Placeholders } from './modifiers.ts'
import { type RejectedRule, UnsupportedRule } from './rejected.ts'
import { readRule, type SigmaRule } from './rule.ts'

/** What Sigma files came to. */
export interface SigmaDocuments {
  rules: SigmaRule[]
  correlations: SigmaCorrelation[]
  rejected: RejectedRule[]
}

/** A Sigma file. */
export interface SigmaFile {
  /** As it is to be named to the user. */
  file: string
  text: string
}

/** Reads Sigma files, each of one or more YAML documents. What cannot be used is among the rejected. */
export function readSigma(files: Iterable<SigmaFile>, placeholders: Placeholders = {}): SigmaDocuments {
  const found: SigmaDocuments = { rules: [], correlations: [], rejected: [] }
  for (const { file, text } of files) {
    let documents: unknown[] = []
    try {
      documents = parse(text)
    } catch (error) {
      if (!(error instanceof UnsupportedRule)) throw error
      found.rejected.push({ file, title: file, id: null, reason: error.message })
    }
    for (const [index, value] of documents.entries()) {
      readDocument(value, documents.length > 1 ? `${file}#${index + 1}` : file, placeholders, found)
    }
  }
  return found
}

function readDocument(value: unknown, file: string, placeholders: Placeholders, found: SigmaDocuments): void {
  try {
    refuseOther(value)
    if (isCorrelation(value)) found.correlations.push(readCorrelation(value, file))
    else found.rules.push(readRule(value, file, placeholders))
  } catch (error) {
    if (!(error instanceof UnsupportedRule)) throw error
    const { title, id } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
    found.rejected.push({
      file,
      title: typeof title === 'string' ? title : file,
      id: typeof id === 'string' ? id : null,
      reason: error.message,
    })
  }
}

/** Kinds of documents that are neither rule nor correlation are named for what they are. */
function refuseOther(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UnsupportedRule('is no Sigma rule')
  if ('action' in value) throw new UnsupportedRule('collections with "action" are of Sigma 1; write each rule out')
  if ('filter' in value) throw new UnsupportedRule('Sigma filters are not supported; add the exclusion to the rule')
}

/** Aliases are refused: no rule needs them, and a small file could stand for a huge one. */
function parse(text: string): unknown[] {
  try {
    const events = parseEvents(text, {})
    if (events.some(({ type }) => type === EVENT_ID.ALIAS)) {
      throw new UnsupportedRule('YAML aliases are not allowed here')
    }
    return constructFromEvents(events, { source: text, schema: CORE_SCHEMA })
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause
    const line = cause.mark === undefined ? '' : `line ${cause.mark.line + 1}: `
    throw new UnsupportedRule(`not valid YAML: ${line}${cause.reason}`, { cause })
  }
}
