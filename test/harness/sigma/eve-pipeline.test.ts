import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CORE_SCHEMA, load } from 'js-yaml'
import t from 'tap'
import { openMonitor } from '../../../harness/monitors/registry.ts'
import { readSigma } from '../../../harness/sigma/documents.ts'
import { SigmaEngine } from '../../../harness/sigma/engine.ts'
import { readPipeline } from '../../../harness/sigma/pipeline.ts'
import { eveLines, evePath } from '../monitors/suricata-sample.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..')
const pipeline = readPipeline(
  load(readFileSync(join(root, 'harness/sigma/pipelines/eve.yaml'), 'utf8'), { schema: CORE_SCHEMA }),
)
const records = eveLines.map((line) => JSON.parse(line) as Record<string, unknown>)

/** What rules of the taxonomy ask for, how many records of a real Suricata fit, and of which type they are. */
const table: [string, string, string, number, string][] = [
  [
    'a flow',
    'category: network, service: connection',
    'destination.port: 25, network.transport|contains: tcp, source.bytes|gt: 600',
    1,
    'flow',
  ],
  [
    'a flow by its application',
    'category: network, service: connection',
    'network.protocol: smtp, network.community_id|startswith: "1:"',
    1,
    'flow',
  ],
  [
    'a question of DNS',
    'category: network, service: dns',
    'dns.question.name: tdeadbe07.example, dns.question.type: A',
    2,
    'dns',
  ],
  [
    'a connection as Sysmon names it',
    'category: network_connection',
    'DestinationIp: 198.18.24.2, DestinationPort: 25, Protocol: TCP',
    1,
    'flow',
  ],
  ['a line of a firewall', 'category: firewall', 'src_ip|cidr: 198.18.24.0/24, dst_port: 25', 1, 'flow'],
  ['a query', 'category: dns', 'query|endswith: .example, record_type: A', 3, 'dns'],
  [
    'a request through a proxy',
    'category: proxy',
    'c-useragent|startswith: tocsin-, cs-host: a.example, cs-method: GET, sc-status: 200',
    1,
    'http',
  ],
  [
    'a request to a web server',
    'category: webserver',
    'c-ip: 198.18.5.1, cs-uri-query|contains: deadbe05, sc-status: 200',
    1,
    'http',
  ],
  ['a connection as Zeek names it', 'product: zeek, service: conn', 'id.orig_h: 198.18.24.1, id.resp_p: 25', 1, 'flow'],
  ['a query as Zeek names it', 'product: zeek, service: dns', 'query: tdeadbe07.example, qtype_name: A', 2, 'dns'],
  [
    'a request as Zeek names it',
    'product: zeek, service: http',
    'user_agent|startswith: tocsin-, status_code: 200',
    1,
    'http',
  ],
  [
    "a field of Suricata's own",
    'product: suricata',
    'event_type: ssh, ssh.client.software_version: deadbe16',
    1,
    'ssh',
  ],
  ['another port', 'category: network_connection', 'DestinationIp: 198.18.24.2, DestinationPort: 26', 0, ''],
]

const ruleOf = (logsource: string, selection: string) => `
title: A rule
id: one
logsource: { ${logsource} }
detection: { selection: { ${selection} }, condition: selection }
`

for (const [name, logsource, selection, count, type] of table) {
  t.test(`Sigma rules find in EVE: ${name}`, async (t) => {
    const { rules, rejected } = readSigma([{ file: 'a.yml', text: ruleOf(logsource, selection) }])
    t.same(rejected, [])
    const engine = new SigmaEngine({ rules, pipeline })
    t.same(engine.rejected, [])
    const found = records.filter((record, index) => engine.evaluate(record, index).length > 0)
    t.equal(found.length, count)
    for (const { event_type: own } of found) t.equal(own, type)
  })
}

t.test('rules that EVE cannot answer are rejected with the reason', async (t) => {
  for (const [logsource, selection, reason] of [
    ['category: network_connection', 'Image: x', /no field Image for category=network_connection/],
    ['category: proxy', 'c-uri-stem: /x', /no field c-uri-stem for category=proxy/],
    ['product: windows, category: network_connection', 'DestinationPort: 1', /no events of product=windows/],
  ] as const) {
    const { rules } = readSigma([{ file: 'a.yml', text: ruleOf(logsource, selection) }])
    t.match(new SigmaEngine({ rules, pipeline }).rejected, [{ reason }])
  }
})

t.test('a monitor of EVE raises the alerts of Sigma rules beside those of Suricata', async (t) => {
  const folder = t.testdir({
    'web.yml': ruleOf('category: proxy', 'c-useragent|startswith: tocsin-'),
    'bad.yml': 'title: x\n',
  })
  const context = { signal: new AbortController().signal, clock: () => 7, log: { debug() {}, warn() {} } }
  const entry = { type: 'suricata-eve', name: 'eve', path: evePath, from: 'start', sigma: [folder] }
  const monitor = await openMonitor(entry, context)
  await using _ = monitor
  monitor.end()
  const alerts = []
  for await (const batch of monitor.observations()) alerts.push(...batch.filter(({ kind }) => kind === 'alert'))
  t.equal(alerts.filter(({ rule }) => rule?.product === 'suricata').length, 23)
  const own = alerts.filter(({ rule }) => rule?.product === 'sigma')
  t.match(own, [
    {
      event: 'http',
      layer: 'packet',
      rule: { id: 'one', name: 'A rule' },
      source: { address: '198.18.5.1' },
      raw: { event_type: 'http' },
    },
  ])
  t.match(monitor.configuration?.rules, [
    { rule: 'one', file: join(folder, 'web.yml'), isEnabled: true },
    { file: join(folder, 'bad.yml'), isEnabled: false, why: String },
  ])
  t.match(monitor.problems(), [/1 Sigma rules cannot be used/])
  await t.rejects(openMonitor({ ...entry, sigma: [join(folder, 'bad.yml')] }, context), /none of the Sigma rules/)
})
