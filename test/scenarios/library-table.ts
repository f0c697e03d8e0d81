import { describe, type ScenarioDescription } from '../../harness/scenario/describe.ts'
import type { LoadedScenario } from '../../harness/scenario/load.ts'
import { tocsin } from '../../harness/monitors/tocsin-rule.ts'
import { clauses } from '../../harness/scenario/schema.ts'

/** The library as Markdown: which scenario raises which rule of a product, and which have no rule at all. */
export function libraryTable(library: readonly LoadedScenario[]): string {
  const all = library.map((scenario) => ({ ...describe(scenario), blind: scenario.expect.blind ?? {} }))
  const ruled = all.flatMap((scenario) =>
    Object.entries(scenario.rules).flatMap(([product, rules]) => rules.map((rule) => ({ product, rule, scenario }))),
  )
  const products = [...new Set(ruled.map(({ product }) => product))].sort()
  const unruled = all.filter(({ rules }) => Object.keys(rules).length === 0)
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
    ...products.flatMap((product) => {
      const own = ruled.filter((each) => each.product === product)
      return [
        product === tocsin ? "## Tocsin's own rules" : `## Rules of ${product}`,
        ...(product === tocsin ? [ours] : []),
        `${new Set(own.map(({ rule }) => rule)).size} rules. A scenario that names several is detected by any of them.`,
        rows(
          ['rule', 'scenario', 'what it plays', 'clause'],
          own
            .sort((one, other) => (key(one) < key(other) ? -1 : 1))
            .map(({ rule, scenario }) => [rule, link(scenario), scenario.title, scenario.clause]),
        ),
      ]
    }),
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

const ours =
  'The embedded Suricata has these beside the shipped ones ([files](../harness/sensors/suricata/rules)); `tocsin run --rules shipped` leaves them out. On any other stack any alert that is tied to the trial counts.'

function key({ rule, scenario }: { rule: string; scenario: ScenarioDescription }): string {
  return `${rule.padStart(12, '0')} ${scenario.id}`
}

function link({ id, file }: ScenarioDescription): string {
  return `[${id}](${file})`
}

function rows(heading: readonly string[], lines: readonly (readonly string[])[]): string {
  const cells = [heading, heading.map(() => '---'), ...lines]
  return cells.map((line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
}
