import { concerns, configurationsOf, defineCause, isGap } from '../cause.ts'

/** Nothing is known of the rules that a monitor's product works with. */
export const rulesUnknown = defineCause({
  name: 'rules-unknown',
  title: 'its rules are not known',
  find: (given) => {
    if (!isGap(given) || given.scenario.expected === 'logged') return []
    const known = configurationsOf(given).map(({ monitor }) => monitor)
    return given.run.monitors
      .filter(({ name }) => concerns(given, name) && !known.includes(name))
      .map(
        ({ name }) =>
          `What rules ${name} works with is not known: name copies of its rule files in the monitor's settings (rules, thresholds, configuration).`,
      )
  },
})
