import { configurationsOf, defineCause, expectedIn, isGap } from '../cause.ts'
import { parserOff } from './parser-off.ts'
import { suppressed } from './suppressed.ts'

/** An expected rule is in force, the packets came by, nothing is in its way: it does not match what was played. */
export const ruleSilent = defineCause({
  name: 'rule-silent',
  title: 'the rule is in force and said nothing',
  find: (given) => {
    const { observations, trial } = given
    if (!isGap(given) || observations.length === 0 || trial.wire === 'kernel') return []
    if ([parserOff, suppressed].some(({ find }) => find(given).length > 0)) return []
    return configurationsOf(given).flatMap((configuration) =>
      expectedIn(configuration, given)
        .filter(({ isEnabled }) => isEnabled)
        .map(
          ({ rule, file, line }) =>
            `Rule ${rule} of ${configuration.monitor} is in force (${file}:${line}), and ${observations.length} records tell of the packets: the rule does not match what was played. Try it on ${trial.evidence ?? 'the packets'}.`,
        ),
    )
  },
})
