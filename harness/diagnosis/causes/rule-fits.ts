import { defineCause, isGap } from '../cause.ts'

/** An expected Sigma rule matches what was recorded when it is evaluated again, and yet no alert of it came. */
export const ruleFits = defineCause({
  name: 'rule-fits',
  title: 'the rule fits the telemetry, but no alert came',
  find: (given) =>
    isGap(given)
      ? given.tried
          .filter(({ matches }) => matches > 0)
          .map(
            ({ rule, title, file, matches, considered }) =>
              `Rule ${rule} "${title}" (${file}) matches ${matches} of the ${considered} records of its kind when it is evaluated again: the telemetry is enough; the rule was not in force, or its alert was lost on the way.`,
          )
      : [],
})
