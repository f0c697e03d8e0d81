import type { Cause } from './cause.ts'
import { fieldAbsent } from './causes/field-absent.ts'
import { fieldMissing } from './causes/field-missing.ts'
import { noMonitor } from './causes/no-monitor.ts'
import { noRuleKnown } from './causes/no-rule-known.ts'
import { notListening } from './causes/not-listening.ts'
import { notOnPath } from './causes/not-on-path.ts'
import { notProven } from './causes/not-proven.ts'
import { otherRule } from './causes/other-rule.ts'
import { parserOff } from './causes/parser-off.ts'
import { ruleAbsent } from './causes/rule-absent.ts'
import { ruleDiffers } from './causes/rule-differs.ts'
import { ruleDisabled } from './causes/rule-disabled.ts'
import { ruleFits } from './causes/rule-fits.ts'
import { ruleSilent } from './causes/rule-silent.ts'
import { rulesUnknown } from './causes/rules-unknown.ts'
import { suppressed } from './causes/suppressed.ts'
import { tooLate } from './causes/too-late.ts'
import { unjoined } from './causes/unjoined.ts'

/** Every cause, one line each; the first that is found is the likeliest. */
export const causes: readonly Cause[] = [
  notProven,
  notListening,
  noMonitor,
  tooLate,
  fieldMissing,
  unjoined,
  parserOff,
  ruleDisabled,
  suppressed,
  ruleAbsent,
  notOnPath,
  ruleFits,
  fieldAbsent,
  ruleDiffers,
  ruleSilent,
  noRuleKnown,
  rulesUnknown,
  otherRule,
]
