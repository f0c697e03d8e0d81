import t from 'tap'
import { alertsOnce } from '../../reports/scenario-view.ts'

const alert = (rule: string, second: number) => ({
  monitor: 'suricata',
  rule,
  name: `rule ${rule}`,
  at: `2026-11-24T09:30:0${second}.000Z`,
})

t.test('alerts of one rule are told once, with how often and when first', async (t) => {
  t.strictSame(alertsOnce({ alerts: [alert('1', 3), alert('2', 2), alert('1', 1)] }), [
    { alert: alert('1', 1), times: 2 },
    { alert: alert('2', 2), times: 1 },
  ])
  t.strictSame(alertsOnce({ alerts: [] }), [])
})
