import { defineCause, expectedIds, ruleList } from '../cause.ts'

/** Another rule alerted than the expected one, or one that only its time ties to the trial. */
export const otherRule = defineCause({
  name: 'other-rule',
  title: 'another rule alerted',
  find: (given) => {
    const { verdict, shortfall, alerts, reason } = given.trial
    // Records of older versions do not say in what they fall short.
    if (shortfall === 'time-only' || (verdict === 'partial' && shortfall === undefined)) return [reason]
    const [first] = alerts
    const wanted = expectedIds(given)
    if (shortfall !== 'other-rule' || first === undefined) return []
    const expected = wanted.length === 0 ? 'no rule is known for it' : `expected is ${ruleList(wanted)}`
    return [`${first.monitor} raised rule ${first.rule} "${first.name}"; ${expected}.`]
  },
})
