import { campaignSchema, type Campaign } from '../../../harness/plan/campaign.ts'
import type { LoadedScenario } from '../../../harness/scenario/schema.ts'

/** A loaded scenario with as many cases as asked for. */
export function scenario(id: string, cases = 1, more: Partial<LoadedScenario> = {}): LoadedScenario {
  const stimulus = { generator: 'parts', with: { parts: ['odd'] } }
  const control = { generator: 'parts', with: { parts: ['plain'] } }
  const expect = { alert: [], telemetry: ['flow' as const] }
  return {
    id,
    kind: 'anomaly',
    title: id,
    clause: 'extraneous',
    description: id,
    attack: { analytic: 'AN1999', techniques: [], basis: 'author' },
    baseline: [],
    stimulus,
    control,
    expect,
    assumptions: [],
    limits: [],
    references: [],
    matrix: {},
    file: `extraneous/${id}.yaml`,
    digest: '',
    cases: Array.from({ length: cases }, (_, index) => ({
      label: cases === 1 ? '' : `case=${index}`,
      values: {},
      baseline: more.baseline ?? [],
      stimulus,
      control,
      expect,
    })),
    ...more,
  }
}

/** A campaign with everything at its default but what is given. */
export function campaign(given: Record<string, unknown> = {}): Campaign {
  return campaignSchema.parse({ name: 'test', title: 'Test', ...given })
}
