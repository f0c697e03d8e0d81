import { defineCause, isGap } from '../cause.ts'

/** An expected Sigma rule was evaluated again and does not match: all its fields are there, or no record is of its kind. */
export const ruleDiffers = defineCause({
  name: 'rule-differs',
  title: 'the rule does not fit the telemetry',
  find: (given) =>
    isGap(given)
      ? given.tried
          .filter(({ matches, missing }) => matches === 0 && missing.length === 0)
          .map(({ rule, title, considered }) =>
            considered === 0
              ? `Rule ${rule} "${title}" is about records of which the trial left none.`
              : `Rule ${rule} "${title}" has all its fields in the ${considered} records of its kind, and matches none of them.`,
          )
      : [],
})
