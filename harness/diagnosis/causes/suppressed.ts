import { configurationsOf, defineCause, expectedIn, isGap } from '../cause.ts'

/** A threshold or an exception keeps an expected rule from alerting. */
export const suppressed = defineCause({
  name: 'suppressed',
  title: 'a threshold or exception holds the alert back',
  find: (given) => {
    if (!isGap(given)) return []
    return configurationsOf(given).flatMap((configuration) => {
      const ids = expectedIn(configuration, given)
        .filter(({ isEnabled }) => isEnabled)
        .map(({ rule }) => rule)
      return configuration.exceptions
        .filter(({ rule }) => ids.includes(rule) || (rule === '*' && ids.length > 0))
        .map(({ file, line, text }) => `${configuration.monitor} holds the alert back: ${file}:${line}: ${text}.`)
    })
  },
})
