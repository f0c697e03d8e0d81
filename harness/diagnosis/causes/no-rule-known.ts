import { defineCause, isGap } from '../cause.ts'

/** The scenario itself says that no rule is known for it. */
export const noRuleKnown = defineCause({
  name: 'no-rule-known',
  title: 'no rule is known for it',
  find: (given) =>
    isGap(given) && given.scenario.expected === 'logged'
      ? ['The scenario knows of no rule for this anomaly: a rule has to be written before an alert can come.']
      : [],
})
