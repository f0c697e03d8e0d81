import { describe, type ScenarioDescription } from '../../harness/scenario/describe.ts'
import type { LoadedScenario } from '../../harness/scenario/load.ts'
import { tocsin } from '../../harness/monitors/tocsin-rule.ts'
import { clauses } from '../../harness/scenario/schema.ts'
import { type AccountedRule, reasonTotals } from './rule-account.ts'
import { reasonClasses } from './shipped-rules.ts'

/** The library as Markdown: what became of every shipped rule, which scenarios have no rule at all, and which show a rule's defect. */
export function libraryTable(library: readonly LoadedScenario[], rules: readonly AccountedRule[]): string {
  const everything = library.map((scenario) => ({ ...describe(scenario), blind: scenario.expect?.blind ?? {} }))
  const all = everything.filter(({ kind }) => kind === 'anomaly')
  const legal = everything.filter(({ kind }) => kind === 'must-not-alert')
  const unruled = all.filter(({ rules: own }) => Object.keys(own).length === 0)
  return `${[
    '# The scenario library',
    'Made from the scenario files by `npm run docs`; a test holds it to them. `npx tocsin show <scenario>` tells more.',
    `${all.length} scenarios, each with its benign twin:`,
    rows(
      ['clause', 'scenarios', 'with a shipped rule', "with a rule of Tocsin's own", 'telemetry alone'],
      clauses.map((clause) => {
        const own = all.filter((each) => each.clause === clause)
        const without = own.filter((each) => unruled.includes(each)).length
        const byOurs = own.filter(({ rules }) => Object.keys(rules).join() === tocsin).length
        return [`\`${clause}\``, ...[own.length, own.length - without - byOurs, byOurs, without].map(String)]
      }),
    ),
    ...(legal.length === 0
      ? []
      : [
          `Beside them ${legal.length} scenarios of legal traffic that must not alert; see [Defects of rules](#defects-of-rules).`,
        ]),
    ...accountOf(rules),
    ...ownRules(all),
    '## Defects of rules',
    'This traffic is legal. A stack whose rules alert on it has the defect; one without says nothing.',
    rows(
      ['scenario', 'what it plays', 'clause', 'rules that misfire'],
      legal.map((each) => [
        link(each),
        each.title,
        each.clause,
        Object.entries(each.knownDefects)
          .flatMap(([product, known]) => Object.entries(known).map(([rule, why]) => `${product} ${rule}: ${why}`))
          .join(' '),
      ]),
    ),
    '## Without a rule',
    "No rule is known for these: none is shipped, and none of Tocsin's own either. The layers named should have a record of them; where a product is known to be blind, that is said.",
    rows(
      ['scenario', 'what it plays', 'clause', 'layers', 'known to be blind'],
      unruled.map((each) => [
        link(each),
        each.title,
        each.clause,
        each.telemetry.join(', '),
        Object.entries(each.blind)
          .map(([product, why]) => `${product}: ${why}`)
          .join('; '),
      ]),
    ),
  ].join('\n\n')}\n`
}

/** Rules of Tocsin's own, and the scenarios that raise them. */
function ownRules(all: readonly ScenarioDescription[]): string[] {
  const ruled = all.flatMap((scenario) => (scenario.rules[tocsin] ?? []).map((rule) => ({ rule, scenario })))
  return [
    "## Tocsin's own rules",
    'The embedded Suricata has these beside the shipped ones ([files](../harness/sensors/suricata/rules)); `tocsin run --rules shipped` leaves them out. On any other stack any alert that is tied to the trial counts.',
    `${new Set(ruled.map(({ rule }) => rule)).size} rules. A scenario that names several is detected by any of them.`,
    rows(
      ['rule', 'scenario', 'what it plays', 'clause'],
      ruled
        .sort((one, other) => (key(one) < key(other) ? -1 : 1))
        .map(({ rule, scenario }) => [rule, link(scenario), scenario.title, scenario.clause]),
    ),
  ]
}

function key({ rule, scenario }: { rule: string; scenario: ScenarioDescription }): string {
  return `${rule.padStart(12, '0')} ${scenario.id}`
}

/** Totals, then every rule of Suricata's package, file by file. */
function accountOf(rules: readonly AccountedRule[]): string[] {
  const provoked = rules.filter(({ scenarios }) => scenarios.length > 0).length
  const commented = rules.filter(({ active }) => !active)
  const files = [...new Set(rules.map(({ file }) => file))]
  return [
    "## Suricata's rules",
    `Its package ships ${rules.length} event rules, ${commented.length} of them commented out; the embedded sensor switches ${commented.filter(({ loaded }) => loaded).length} of those on. A scenario that provokes several rules is detected by any of them.`,
    rows(
      ['rules', 'number', 'why'],
      [
        ['provoked', String(provoked), 'by at least one scenario'],
        ...reasonTotals(rules).map(([name, count]) => [name, String(count), reasonClasses[name]]),
        ['all', String(rules.length), ''],
      ],
    ),
    ...files.flatMap((file) => {
      const own = rules.filter((rule) => rule.file === file)
      const done = own.filter(({ scenarios }) => scenarios.length > 0).length
      return [
        `### ${file}`,
        `${done} of ${own.length} provoked.`,
        rows(['rule', 'message', 'scenarios, or why none'], own.map(accountRow)),
      ]
    }),
  ]
}

function accountRow({ sid, message, active, loaded, scenarios, reason }: AccountedRule): string[] {
  const state = active ? '' : loaded ? ' (switched on)' : ' (commented out)'
  const why = reason === null ? 'nobody knows' : `${reason.class}: ${reason.why}`
  const links = scenarios.map(({ id, file }) => `[${id}](${file})`).join(', ')
  return [`${sid}${state}`, message.replace(/^SURICATA /, ''), links || why]
}

function link({ id, file }: ScenarioDescription): string {
  return `[${id}](${file})`
}

function rows(heading: readonly string[], lines: readonly (readonly string[])[]): string {
  const cells = [heading, heading.map(() => '---'), ...lines]
  return cells.map((line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
}
