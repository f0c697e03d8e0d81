import { createHash } from 'node:crypto'
import { authorisation, command, limitations, method } from './account.ts'
import { findings } from './oscal-findings.ts'
import { gapObservations, observations } from './oscal-observations.ts'
import { hasGap, line, metadata, type Oscal, props, reviewedControls, some } from './oscal-parts.ts'
import { gapText, related, riskId, risks } from './oscal-risks.ts'

/** The assessment plan: what the campaign set out to do, as the record holds it. */
export function assessmentPlan(oscal: Oscal) {
  const { id, record } = oscal
  return {
    'assessment-plan': {
      uuid: id('assessment-plan'),
      metadata: metadata(oscal, 'Assessment plan'),
      'import-ssp': { href: `#${id('system')}` },
      'local-definitions': {
        activities: [
          {
            uuid: id('activity'),
            title: 'Campaign',
            description: method(record).map(line).join('\n\n'),
            props: props({
              method: 'TEST',
              seed: record.run.campaign.seed,
              'window-ms': record.run.campaign.windowMs,
              scenarios: record.run.scenarios.length,
              command: command(record),
              authorisation: authorisation(record),
            }),
          },
        ],
      },
      'reviewed-controls': reviewedControls(oscal),
      'assessment-subjects': [
        { type: 'component', description: 'The monitoring stack that the record names.', 'include-all': {} },
      ],
      'assessment-assets': assets(oscal),
      'back-matter': { resources: [system(oscal)] },
    },
  }
}

/** The assessment results. `plan` is the text of the plan's file. */
export function assessmentResults(oscal: Oscal, plan: { path: string; text: string }) {
  const { id, record, given } = oscal
  const { determinations } = given
  const { run } = record
  return {
    'assessment-results': {
      uuid: id('assessment-results'),
      metadata: metadata(oscal, 'Assessment results'),
      'import-ap': { href: `#${id('plan file')}` },
      results: [
        {
          uuid: id('result'),
          title: line(run.campaign.title),
          description: limitations(record, oscal.figures).map(line).join('\n\n'),
          start: run.startedAt,
          end: run.endedAt,
          props: props({ run: run.id, seed: run.campaign.seed, incomplete: run.incomplete }),
          'local-definitions': { components: [stack(oscal)], 'assessment-assets': assets(oscal) },
          'reviewed-controls': reviewedControls(oscal),
          ...(determinations
            ? {
                attestations: [
                  {
                    'responsible-parties': [{ 'role-id': 'assessor', 'party-uuids': [id('assessor')] }],
                    parts: [
                      {
                        name: 'determination',
                        prose: line(
                          `Determined on ${determinations.determined} by ${determinations.assessor.name}, ${determinations.assessor.organisation} (${determinations.assessor.independence}).`,
                        ),
                      },
                    ],
                  },
                ],
              }
            : {}),
          observations: observations(oscal),
          ...some('risks', risks(oscal)),
          ...some('findings', findings(oscal)),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: id('plan file'),
            title: 'Assessment plan of this run',
            rlinks: [
              {
                href: plan.path,
                'media-type': 'application/json',
                hashes: [{ algorithm: 'SHA-256', value: createHash('sha256').update(plan.text).digest('hex') }],
              },
            ],
          },
        ],
      },
    },
  }
}

/** The plan of action and milestones: an item for each gap. Null when there is none: OSCAL knows no empty plan. */
export function planOfAction(oscal: Oscal) {
  const gaps = oscal.figures.scenarios.filter(hasGap)
  if (gaps.length === 0) return null
  return {
    'plan-of-action-and-milestones': {
      uuid: oscal.id('poam'),
      metadata: metadata(oscal, 'Plan of action and milestones'),
      'import-ssp': { href: `#${oscal.id('system')}` },
      'local-definitions': { components: [stack(oscal)], 'assessment-assets': assets(oscal) },
      observations: gapObservations(oscal),
      risks: risks(oscal),
      'poam-items': gaps.map((one) => ({
        uuid: oscal.id(`poam-item ${one.scenario.id}`),
        title: line(one.scenario.title),
        description: line(gapText(one)),
        'related-observations': related(oscal, one),
        'related-risks': [{ 'risk-uuid': riskId(oscal, one.scenario.id) }],
      })),
      'back-matter': { resources: [system(oscal)] },
    },
  }
}

function stack({ id, record: { run } }: Oscal) {
  const monitors = run.monitors.map(({ name, type, version }) => `${name} (${type}${version ? ` ${version}` : ''})`)
  return {
    uuid: id('stack'),
    type: 'software',
    title: 'Monitoring stack',
    description: line(monitors.join(', ') || 'No monitor was declared.'),
    props: props({
      'rule-set': run.ruleSet ? `${run.ruleSet.name} ${run.ruleSet.version}` : null,
      'rule-set-digest': run.ruleSet?.digest,
      embedded: run.monitors.some(({ embedded }) => embedded),
    }),
    status: { state: 'operational' },
  }
}

function assets({ id, record: { run } }: Oscal) {
  const tool = {
    uuid: id('tool'),
    type: 'software',
    title: 'Tocsin',
    description: 'Plays anomalous traffic in a closed sandbox, proves that it happened, and checks who noticed.',
    props: props({ version: run.tool.version }),
    status: { state: 'operational' },
  }
  return {
    components: [tool],
    'assessment-platforms': [
      {
        uuid: id('platform'),
        title: line(`Docker sandbox, ${run.host.engine}`),
        'uses-components': [{ 'component-uuid': id('tool') }],
      },
    ],
  }
}

function system({ id }: Oscal) {
  return {
    uuid: id('system'),
    title: 'System under assessment',
    description:
      'No system security plan was given. The system is the monitoring stack that the record of the run names.',
  }
}
