import { fieldReader } from '../sigma/field-access.ts'
import { SigmaEngine } from '../sigma/engine.ts'
import { compileMatcher, fieldsOf } from '../sigma/matcher.ts'
import { gives, type Pipeline, type PipelineSource } from '../sigma/pipeline.ts'
import type { SigmaRule } from '../sigma/rule.ts'

/** What a Sigma rule says of some records. */
export interface RuleTrial {
  rule: string
  title: string
  file: string
  /** Records of the kind that the rule is about. */
  considered: number
  /** Records that it matches. */
  matches: number
  /** Fields of the rule that none of the records has. */
  missing: string[]
}

/** Evaluates a rule over the records of a trial, without what other records have led to before. Pure. */
export function tryRule(rule: SigmaRule, pipeline: Pipeline, records: readonly unknown[]): RuleTrial {
  const engine = new SigmaEngine({ rules: [rule], pipeline })
  const sources = pipeline.sources.filter(({ logsource }) => gives(logsource, rule.logsource))
  const considered = records.filter((record) => sources.some((source) => isOf(source, record)))
  const fields = [...new Set(fieldsOf(rule.expression).filter((field) => field !== null))]
  const has = (field: string) =>
    considered.some((record) =>
      sources.some((source) => fieldReader(source.fields[field] ?? { paths: [field] })(record) !== undefined),
    )
  return {
    rule: rule.id,
    title: rule.title,
    file: rule.file,
    considered: considered.length,
    matches: considered.filter((record) => engine.evaluate(record, 0).length > 0).length,
    missing: considered.length === 0 ? [] : fields.filter((field) => !has(field)),
  }
}

function isOf({ where }: PipelineSource, record: unknown): boolean {
  if (where === null) return true
  let found = false
  compileMatcher([where]).match(record, () => {
    found = true
  })
  return found
}
