import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { InputError } from '../../../harness/errors.ts'
import { parseCampaign } from '../../../harness/plan/campaign.ts'
import { readSource } from '../../../harness/scenario/source.ts'

const good = `name: weekly
title: Weekly check
scenarios: { ids: ["stray-*"], clauses: [extraneous] }
trials: 3
window: 500ms
monitors:
  - { type: suricata, name: edge, path: /var/log/suricata/eve.json }
  - { type: suricata, name: core, path: /srv/eve.json }
sandbox: { subnet: 198.18.32.0/20, mirror: mon0 }
authorisation:
  by: Head of SOC
  reference: CHG-1234
  validUntil: 2027-01-31
`

const parse = (text: string) => parseCampaign({ file: 'c.yaml', text, digest: 'd' })

function refused(from: string, to: string): string {
  if (!good.includes(from)) throw new Error(`the fixture has no ${from}`)
  try {
    parse(good.replace(from, to))
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
  return 'no error'
}

t.test('a campaign file is read, its monitors keep their settings', async (t) => {
  const { campaign, file, digest } = parse(good)
  t.equal(file, 'c.yaml')
  t.equal(digest, 'd')
  t.equal(campaign.window, 500)
  t.same(campaign.monitors[0], { type: 'suricata', name: 'edge', path: '/var/log/suricata/eve.json' })
  t.same(campaign.scenarios, { ids: ['stray-*'], clauses: ['extraneous'], exclude: [] })
})

t.test('the default campaign plays everything once in the sandbox', async (t) => {
  const file = join(fileURLToPath(new URL('../../../../scenarios', import.meta.url)), 'campaigns/default.yaml')
  const { campaign, digest } = parseCampaign(readSource(file))
  t.same(campaign, {
    name: 'default',
    title: 'All scenarios in the sandbox',
    scenarios: { exclude: [] },
    trials: 1,
    window: 10_000,
    monitors: [],
    sandbox: { subnet: '198.18.0.0/20' },
  })
  t.match(digest, /^[0-9a-f]{64}$/)
})

const table: [what: string, from: string, to: string, message: string][] = [
  ['an unknown key', 'trials: 3', 'trails: 3', 'c.yaml:4:1: unknown key "trails"; did you mean "trials"?'],
  ['no trials', 'trials: 3', 'trials: 0', 'c.yaml:4:9: trials: must be at least 1, found 0'],
  ['half a trial', 'trials: 3', 'trials: 1.5', 'c.yaml:4:9: trials: expected a whole number, found 1.5'],
  ['a window without a unit', '500ms', '10', 'c.yaml:5:9: window: expected text, found 10'],
  ['a window of a day', '500ms', '1440m', 'c.yaml:5:9: window: must be more than 0s and at most 60m'],
  [
    'an unknown clause',
    '[extraneous]',
    '[extraneus]',
    'c.yaml:3:42: scenarios.clauses[0]: "extraneus" is not allowed; did you mean "extraneous"?',
  ],
  [
    'a public subnet',
    '198.18.32.0/20',
    '1.1.1.0/24',
    'c.yaml:9:20: sandbox.subnet: "1.1.1.0/24" is not reserved for private use or tests; take one of 198.18.0.0/15',
  ],
  [
    'a subnet that is none',
    '198.18.32.0/20',
    'lan',
    'c.yaml:9:20: sandbox.subnet: "lan" is not an IPv4 network; write it like 198.18.0.0/20',
  ],
  [
    'an interface that cannot be',
    'mon0',
    'a/b',
    'c.yaml:9:44: sandbox.mirror: "a/b" is not allowed: write the name of a network interface, at most 15 characters',
  ],
  [
    'two monitors of one name',
    'name: core',
    'name: edge',
    'c.yaml:8:29: monitors[1].name: "edge" is the name of another monitor',
  ],
  [
    'a day that is none',
    '2027-01-31',
    '2027-02-30',
    'c.yaml:13:15: authorisation.validUntil: "2027-02-30" is not allowed: invalid ISO date',
  ],
  ['an authorisation by nobody', '  by: Head of SOC\n', '', 'c.yaml:10:1: missing key "by" in "authorisation"'],
  [
    'a monitor without a type',
    'type: suricata, name: core',
    'name: core',
    'c.yaml:8:5: missing key "type" in "monitors[1]"',
  ],
]

for (const [what, from, to, message] of table) {
  t.test(`refused: ${what}`, async (t) => t.equal(refused(from, to), message))
}
