import { InputError } from '../harness/errors.ts'
import { counted } from './format.ts'
import { hasGap, line, type Oscal } from './oscal-parts.ts'
import { related, riskId } from './oscal-risks.ts'

/**
 * Findings: `not-satisfied` for a control whose scenarios show a gap, if a gap there is a finding against the control.
 * `satisfied` only where a named assessor says so; no finding at all where neither holds.
 * @throws InputError for a determination on a control that nothing was measured for
 */
export function findings(oscal: Oscal) {
  const determined = new Map(oscal.given.determinations?.controls.map((one) => [one.control, one]))
  const unfounded = [...determined.keys()].filter((control) => !oscal.controls.some((one) => one.control === control))
  if (unfounded.length > 0)
    throw new InputError(
      `determinations: no scenario that bears on ${unfounded.join(', ')} was decided in this run; leave it out`,
    )
  return oscal.controls.flatMap(({ control, row, scenarios, decided }) => {
    const gaps = scenarios.filter(hasGap)
    const determination = determined.get(control)
    if (!determination && !(row.finding && gaps.length > 0)) return []
    const measured = `${gaps.length} of ${counted(decided, 'decided scenario')} that bear on ${row.id} fell short. ${row.limits}`
    return [
      {
        uuid: oscal.id(`finding ${control}`),
        title: line(determination ? `Determination on ${row.id}` : `Gaps in detection relevant to ${row.id}`),
        description: line(determination ? `${determination.reason} Measured: ${measured}` : measured),
        origins: [
          {
            actors: [
              determination
                ? { type: 'party', 'actor-uuid': oscal.id('assessor') }
                : { type: 'tool', 'actor-uuid': oscal.id('tool') },
            ],
          },
        ],
        target: {
          type: 'objective-id',
          'target-id': `${control}_obj`,
          status: { state: determination?.state ?? 'not-satisfied', ...(determination ? {} : { reason: 'fail' }) },
        },
        ...(gaps.length > 0
          ? {
              'related-observations': gaps.flatMap((one) => related(oscal, one)),
              'related-risks': gaps.map(({ scenario }) => ({ 'risk-uuid': riskId(oscal, scenario.id) })),
            }
          : { 'related-observations': [{ 'observation-uuid': oscal.id('observation run') }] }),
      },
    ]
  })
}
