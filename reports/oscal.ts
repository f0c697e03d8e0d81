import { assessmentPlan, assessmentResults, planOfAction } from './oscal-documents.ts'
import { oscalOf } from './oscal-parts.ts'
import { defineReporter, type ReportFile } from './reporter.ts'

/** OSCAL 1.2.2: assessment plan, assessment results, and a plan of action where there are gaps. */
export const oscal = defineReporter({
  name: 'oscal',
  title: 'OSCAL 1.2.2 assessment results, plan, and POA&M',
  render: (record, given) => {
    const parts = oscalOf(record, given ?? {})
    const plan = { path: 'report.oscal.ap.json', text: asText(assessmentPlan(parts)) }
    const poam = planOfAction(parts)
    return [
      { path: 'report.oscal.ar.json', content: asText(assessmentResults(parts, plan)) },
      { path: plan.path, content: plan.text },
      ...(poam ? [{ path: 'report.oscal.poam.json', content: asText(poam) } satisfies ReportFile] : []),
    ]
  },
})

function asText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
