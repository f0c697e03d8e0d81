import { concerns, configurationsOf, defineCause, expectedIds, expectedIn, isGap, ruleList } from '../cause.ts'

/** No expected rule stands in any file of the product's. */
export const ruleAbsent = defineCause({
  name: 'rule-absent',
  title: 'the rule is not there',
  find: (given) => {
    const wanted = expectedIds(given)
    const known = configurationsOf(given)
    if (!isGap(given) || wanted.length === 0 || known.some((each) => expectedIn(each, given).length > 0)) return []
    return known
      .filter(({ monitor }) => concerns(given, monitor))
      .map(({ monitor, files, rules }) => {
        if (files.length === 0) return `${monitor} works with no rules at all; expected is ${ruleList(wanted)}.`
        return `Expected is ${ruleList(wanted)}; no such rule is among the ${rules} in the ${files.length} files of ${monitor}.`
      })
  },
})
