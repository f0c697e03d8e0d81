import { defineCause } from '../cause.ts'

/** The expected alert came, but after the time that is allowed. */
export const tooLate = defineCause({
  name: 'too-late',
  title: 'the alert came too late',
  find: ({ trial: { shortfall, reason, alerts } }) => {
    if (shortfall !== 'late') return []
    const from =
      alerts[0] === undefined ? '' : ` Look for what holds the alerts of ${alerts[0].monitor} back on their way.`
    return [`${reason}${from}`]
  },
})
