import { configurationsOf, defineCause, expectedIn, isGap } from '../cause.ts'

/** An expected rule stands in a file of the product's, but is not in force. */
export const ruleDisabled = defineCause({
  name: 'rule-disabled',
  title: 'the rule is switched off',
  find: (given) => {
    if (!isGap(given)) return []
    return configurationsOf(given).flatMap((configuration) => {
      const there = expectedIn(configuration, given)
      return there
        .filter(({ rule, isEnabled }) => !isEnabled && !there.some((each) => each.rule === rule && each.isEnabled))
        .map(
          ({ rule, file, line, why }) =>
            `Rule ${rule} of ${configuration.monitor} is switched off: ${file}:${line}: ${why ?? 'it is not in force'}.`,
        )
    })
  },
})
