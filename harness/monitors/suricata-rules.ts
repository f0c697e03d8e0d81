import type { RuleException, RuleState } from './configuration.ts'

/** Actions that a rule may begin with (Suricata: rules/intro). */
const actions = 'alert|drop|pass|reject|rejectsrc|rejectdst|rejectboth'
const ruleLine = new RegExp(
  String.raw`^\s*(?<off>#[#\s]*)?(?:${actions})\s+(?<protocol>\S+)\s+[^(]*\((?<options>.*)\)\s*$`,
)
const exceptionLine = /^\s*(?<kind>suppress|threshold|event_filter|rate_filter)\s+(?<options>.*)$/

/** The rules of a file of Suricata's, also those that are commented out. */
export function readSuricataRules(file: string, text: string): RuleState[] {
  return linesOf(text).flatMap(({ line, text: written }) => {
    const { off, protocol, options } = ruleLine.exec(written)?.groups ?? {}
    const rule = /(?:^|;)\s*sid\s*:\s*(\d+)\s*;/.exec(options ?? '')?.[1]
    if (protocol === undefined || rule === undefined) return []
    const isEnabled = off === undefined
    return [{ rule, file, line, isEnabled, why: isEnabled ? null : 'it is commented out', protocol }]
  })
}

/** What a threshold file of Suricata's says of which rules. `sig_id 0` and `gen_id 0` stand for all. */
export function readThresholds(file: string, text: string): RuleException[] {
  return linesOf(text).flatMap(({ line, text: written }) => {
    const { kind, options } = exceptionLine.exec(written)?.groups ?? {}
    const id = /\bsig_id\s+(\d+)/.exec(options ?? '')?.[1]
    if (kind === undefined || id === undefined) return []
    return [{ rule: id === '0' ? '*' : id, file, line, kind, text: written.trim() }]
  })
}

/** Lines by the number of their first, those that end with a backslash joined with the next. */
function linesOf(text: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = []
  let open: { line: number; text: string } | null = null
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const begun: { line: number; text: string } = open ?? { line: index + 1, text: '' }
    const goesOn = written.endsWith('\\')
    begun.text += goesOn ? written.slice(0, -1) : written
    open = goesOn ? begun : null
    if (!goesOn) found.push(begun)
  }
  return open === null ? found : [...found, open]
}
