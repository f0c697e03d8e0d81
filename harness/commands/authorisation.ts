import type { Campaign } from '../plan/campaign.ts'

/** Whether an authorisation has run out. It holds through the whole of its last day, anywhere on Earth. */
export function overdue({ validUntil }: NonNullable<Campaign['authorisation']>, now: number): boolean {
  return now > Date.parse(`${validUntil}T23:59:59-12:00`)
}
