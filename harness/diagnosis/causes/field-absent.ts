import { defineCause, isGap } from '../cause.ts'

/** An expected Sigma rule asks for a field that none of the records of the trial has. */
export const fieldAbsent = defineCause({
  name: 'field-absent',
  title: 'a field that the rule needs is not in the telemetry',
  find: (given) =>
    isGap(given)
      ? given.tried
          .filter(({ matches, missing }) => matches === 0 && missing.length > 0)
          .map(
            ({ rule, title, missing, considered }) =>
              `Rule ${rule} "${title}" asks for ${missing.join(', ')}, which none of the ${considered} records of its kind has.`,
          )
      : [],
})
