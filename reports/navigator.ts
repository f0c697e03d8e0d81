import { figures, type Rate, type ScenarioFigures, isDecided } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { headline } from './account.ts'
import { between, counted, time } from './format.ts'
import { defineReporter } from './reporter.ts'
import { oneLine } from './text.ts'

/** The detection strategy that an analytic belongs to. Only AN1999 is what this project is about. */
const strategies: Record<string, string> = { AN1999: 'DET0867' }

/** A layer for the ATT&CK Navigator, format 4.5. A technique without a score was not tested; 0 is tested and missed. */
export const navigator = defineReporter({
  name: 'navigator',
  title: 'ATT&CK Navigator layer 4.5',
  render: (record) => [{ path: 'report.navigator.json', content: `${JSON.stringify(layer(record), null, 2)}\n` }],
})

function layer(record: CampaignRecord) {
  const { run } = record
  const all = figures(record)
  const versions = run.scenarios
    .map(({ attack }) => /^\d+/.exec(attack.version)?.[0])
    .filter((version) => version !== undefined)
  const attack = versions.sort((a, b) => Number(b) - Number(a))[0]
  return {
    name: oneLine(`Tocsin: ${run.campaign.title}`),
    versions: { ...(attack ? { attack } : {}), navigator: '5.2.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: oneLine(
      `${headline(all)} Run ${run.id}, ${run.startedAt.slice(0, 10)}. The score is the share of a technique's scenarios that were detected; no score: not tested. ATT&CK is a work of The MITRE Corporation, reproduced with its permission.`,
    ),
    techniques: all.techniques.map(({ name, detected, detectedWithoutOurs }) =>
      technique(
        record,
        name,
        detected,
        detectedWithoutOurs,
        all.scenarios.filter(({ scenario }) => scenario.attack.techniques.includes(name)),
      ),
    ),
    gradient: { colors: ['#c0392b', '#f2c14e', '#2e7d4f'], minValue: 0, maxValue: 100 },
    legendItems: [
      { label: 'Tested, none detected', color: '#c0392b' },
      { label: 'Tested, half detected', color: '#f2c14e' },
      { label: 'Tested, all detected', color: '#2e7d4f' },
    ],
    metadata: [
      { name: 'run', value: oneLine(run.id) },
      { name: 'seed', value: oneLine(run.campaign.seed) },
      { name: 'tocsin', value: oneLine(run.tool.version) },
    ],
    hideDisabled: false,
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  }
}

function technique(
  { run }: CampaignRecord,
  id: string,
  detected: Rate,
  withoutOurs: Rate,
  scenarios: readonly ScenarioFigures[],
) {
  const undecided = scenarios.filter((one) => !isDecided(one)).length
  const share = detected.interval
    ? `${detected.k}/${detected.n} scenarios detected, 95% interval ${between(detected.interval)}`
    : 'no scenario could be decided'
  const ours = detected.k - withoutOurs.k
  const analytics = [...new Set(scenarios.map(({ scenario }) => scenario.attack.analytic))].sort()
  const known = analytics.flatMap((analytic) => {
    const strategy = strategies[analytic]
    return strategy ? [{ analytic, strategy }] : []
  })
  return {
    techniqueID: oneLine(id),
    ...(detected.n > 0 ? { score: Math.round((1000 * detected.k) / detected.n) / 10 } : {}),
    comment: oneLine(
      `${share}${undecided > 0 ? `; ${counted(undecided, 'scenario')} undecided` : ''}${ours > 0 ? `; ${withoutOurs.k}/${withoutOurs.n} without Tocsin’s own rules` : ''}; window ${time(run.campaign.windowMs)}; run ${run.id}`,
    ),
    enabled: true,
    showSubtechniques: false,
    metadata: [
      { name: 'detected', value: `${detected.k}/${detected.n}` },
      ...(ours > 0
        ? [{ name: 'detected without Tocsin’s own rules', value: `${withoutOurs.k}/${withoutOurs.n}` }]
        : []),
      { name: '95% interval', value: detected.interval ? between(detected.interval) : 'not measured' },
      ...analytics.map((value) => ({ name: 'analytic', value: oneLine(value) })),
      ...known.map(({ strategy }) => ({ name: 'detection strategy', value: strategy })),
      {
        name: 'mapping',
        value: oneLine([...new Set(scenarios.map(({ scenario }) => scenario.attack.basis))].sort().join(', ')),
      },
      ...scenarios.map(({ scenario, outcome, byOurs }) => ({
        name: oneLine(scenario.id),
        value: byOurs ? `${outcome} by Tocsin’s own rule` : outcome,
      })),
    ],
    links: known.map(({ analytic, strategy }) => ({
      label: `${strategy} / ${analytic}`,
      url: `https://attack.mitre.org/detectionstrategies/${strategy}#${analytic}`,
    })),
  }
}
