import { Diagnoses, type Finding } from '../harness/diagnosis/diagnose.ts'
import type { CampaignRecord, RecordedTrial } from '../harness/evidence/record.ts'

/** The findings of a record's trials, in the words of `tocsin why`, but that no rule is evaluated again for a report. */
export function diagnosisView(record: CampaignRecord): (trial: RecordedTrial) => Finding[] {
  const diagnoses = new Diagnoses(record)
  return (trial) => diagnoses.of(trial)
}

/** One line: `the rule is switched off: Rule 1 …; …`. Empty where nothing is known. */
export function diagnosisWords(findings: readonly Finding[]): string {
  return findings.map(({ title, sentence }) => `${title}: ${sentence}`).join(' ')
}
