import { readObservations, readRecord } from '../../../harness/evidence/read.ts'
import type { CampaignRecord, RecordedObservation } from '../../../harness/evidence/record.ts'

/** A record with its observations in memory. */
export interface WholeRecord extends CampaignRecord {
  observations: RecordedObservation[]
}

/** Reads a run folder, the observations too. */
export async function readWhole(directory: string): Promise<WholeRecord> {
  const record = await readRecord(directory)
  const observations: RecordedObservation[] = []
  for await (const seen of readObservations(directory)) observations.push(seen)
  return { ...record, observations }
}
