import { readPrivateKey } from '../attestation/signing-key.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { InputError } from '../errors.ts'
import type { ClauseShare } from '../cli/progress.ts'
import { checkOut } from '../evidence/place.ts'
import { checkMonitor } from '../monitors/registry.ts'
import type { Campaign } from '../plan/campaign.ts'
import { type Plan, plan } from '../plan/plan.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { forRules } from '../scenario/for-rules.ts'
import { type RuleChoice, ruleChoices } from '../sensors/suricata/suricata.ts'
import { readSecrets } from '../witness/console-secrets.ts'
import { overdue } from './authorisation.ts'
import { checked, campaignOptions, readCampaign, readSelected, scenarioFolder, seedOf, userPath } from './inputs.ts'
import { redactingOf, redactOptions } from './redact.ts'
import { chooseReporters, formatOption } from './report.ts'
import { withoutOptions } from './run-arguments.ts'

const options = [
  ...campaignOptions,
  { flags: '--out <dir>', description: 'folder for the record (default: a new one in --runs)' },
  { flags: '--runs <dir>', description: 'folder of all runs', initial: 'runs' },
  formatOption,
  ...redactOptions,
  {
    flags: '--rules <set>',
    description:
      "rules of the embedded Suricata (default: with-ours): those that its package ships with Tocsin's own, the shipped ones alone, or none, to see what a blind stack looks like",
    choices: ruleChoices,
  },
  { flags: '--key <file>', description: 'sign the run with this private key, as `tocsin keys` makes it' },
  { flags: '--json', description: "print the run's summary as JSON" },
]

export const runCommand: CommandDefinition = {
  arguments: { '[campaign]': 'campaign file (default: the whole library, watched by the embedded Suricata)' },
  options,
  examples: [
    ['run', 'everything, with the embedded Suricata'],
    ['run --clause extraneous --trials 3', 'one clause, three trials of each scenario'],
    ["run --only 'icmp-*' --format html,csv --json", 'some scenarios, two reports, the summary as JSON'],
    ['run --only tcp-null-scan --out one-run', 'one scenario, into a folder of its own'],
  ],
  async run(context, given, [file]) {
    const reporters = chooseReporters(given.format as string[] | undefined)
    const { campaign, digest } = readCampaign(context, file as string | undefined, given)
    const rules = rulesOf(given.rules as RuleChoice | undefined, campaign)
    const inUse = campaign.monitors.length > 0 ? 'theirs' : rules === 'with-ours' ? 'with-ours' : 'shipped'
    const selected = readSelected(context, given, campaign.scenarios)
    const scenarios = checked(context, given, selected.scenarios).map((scenario) => forRules(scenario, inUse))
    const seed = seedOf(campaign)
    // Everything that can be wrong with the input is found before anything is started.
    const shares = clauseShares(scenarios, plan(scenarios, campaign, { seed, subnet: campaign.sandbox.subnet }))
    checkCampaign(campaign)
    const asked = given.out as string | undefined
    const out = asked === undefined ? null : await checkOut(userPath(context, asked))
    const secrets = campaign.console
      ? await readSecrets(campaign.console, context.env, (path) => userPath(context, path))
      : null
    const redacting = await redactingOf(context, given)
    const runs = userPath(context, String(given.runs))
    const key =
      given.key === undefined ? null : await readPrivateKey(userPath(context, given.key as string), out ?? runs)
    // Only now what starts things: input that is wrong is told at once.
    const { playCampaign } = await import('./play.ts')
    return playCampaign(context, {
      campaign,
      digest,
      scenarios,
      population: selected.population,
      folder: scenarioFolder(context, given),
      seed,
      shares,
      reporters,
      destination: out === null ? { runs } : { out },
      key,
      rules,
      arguments: withoutOptions(context.argv, options, [
        'seed',
        'out',
        'runs',
        'json',
        'redact',
        'redact-name',
        'redact-key',
        'key',
      ]),
      json: given.json === true,
      redacting,
      secrets,
    })
  },
}

/** @throws InputError where there is no embedded Suricata to load them */
function rulesOf(given: RuleChoice | undefined, { monitors }: Campaign): RuleChoice {
  if (given !== undefined && monitors.length > 0)
    throw new InputError('--rules is for the embedded Suricata, but the campaign names monitors of its own')
  return given ?? 'with-ours'
}

/** @throws InputError for what no campaign may begin with: authorisation run out, monitors that cannot be opened. */
export function checkCampaign({ authorisation, monitors }: Campaign): void {
  if (authorisation && overdue(authorisation, Date.now()))
    throw new InputError(
      `authorisation ${authorisation.reference} by ${authorisation.by} was valid until ${authorisation.validUntil}; get a new one`,
    )
  for (const monitor of monitors) checkMonitor(monitor)
}

/** How many trials of each clause there will be. */
function clauseShares(scenarios: readonly LoadedScenario[], { waves }: Plan): ClauseShare[] {
  const trials = waves.flatMap((wave) => wave.trials)
  return [...new Set(scenarios.map(({ clause }) => clause))].sort().map((name) => {
    const ids = new Set(scenarios.filter(({ clause }) => clause === name).map(({ id }) => id))
    const own = trials.filter(({ scenario }) => ids.has(scenario))
    return {
      name,
      scenarios: ids,
      trials: own.length,
      anomalies: own.filter(({ kind }) => kind === 'stimulus').length,
    }
  })
}
