import type { Exception } from '../../../harness/compliance/exceptions.ts'

/** A register's exception with which nothing is wrong, for a scenario that was missed. */
export function goodException(scenario: string | undefined, id = 'EXC-1'): Exception {
  return {
    id,
    scenario,
    accepts: ['missed'],
    reason: 'No decoder for it.',
    owner: 'B. Owner',
    approver: 'C. Approver',
    approved: '2026-11-01',
    expires: '2026-12-31',
    compensatingControl: 'Blocked at the firewall.',
    ticket: 'SEC-12',
  }
}
