const programs = [
  'bash',
  'sh',
  'perl',
  'python3',
  'nc',
  'ncat',
  'socat',
  'curl',
  'wget',
  'sort',
  'cat',
  'sshd',
  'cron',
  'nginx',
  'node',
  'gawk',
]
const folders = ['/usr/bin/', '/bin/', '/tmp/', '/dev/shm/', '/opt/app/', '/usr/sbin/']
const words = [
  'connect',
  'socket',
  'exec',
  'listen',
  'install',
  'update',
  'status',
  'backup',
  'report',
  'deploy',
  'server',
  'worker',
]

/** Picks as a small generator of whole numbers does: the same for the same seed. */
function picker(seed: number): <Item>(items: readonly Item[]) => Item {
  let state = seed
  return (items) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return items[Math.floor((state / 2 ** 32) * items.length)] as (typeof items)[number]
  }
}

/** Rules in the shapes that are found in collections for Linux, as one file. */
export function madeUpRules(count: number): string {
  const pick = picker(1)
  const number = () => pick(Array.from({ length: 1000 }, (_, index) => index))
  const shapes = [
    () =>
      `selection: { Image|endswith: ['/${pick(programs)}${number()}', '/${pick(programs)}'], CommandLine|contains|all: ['--${pick(words)}-${number()}', '${pick(words)}'] }\n  condition: selection`,
    () =>
      `selection: { CommandLine|contains: ['/dev/tcp/10.${number()}', '${pick(words)}=${number()};', '${pick(programs)} -${pick(words)}${number()}'] }\n  condition: selection`,
    () =>
      `selection: { Image|startswith: '${pick(folders)}.${pick(words)}${number()}' }\n  filter: { User: root }\n  condition: selection and not filter`,
    () =>
      `selection_parent: { ParentImage|endswith: '/${pick(programs)}' }\n  selection_child: { Image|endswith: '/${pick(programs)}', CommandLine|re: '${pick(words)}\\s+-[a-z]*${number()}' }\n  condition: all of selection_*`,
    () =>
      `selection: { DestinationIp|cidr: '10.${number() % 250}.0.0/16', DestinationPort: ${1000 + number()}, Image|contains: '${pick(words)}${number()}' }\n  condition: selection`,
    () => `selection: { CommandLine: '*${pick(programs)}*${pick(words)}${number()}*' }\n  condition: selection`,
  ]
  return Array.from(
    { length: count },
    (_, index) =>
      `title: Rule ${index}\nid: rule-${index}\nlogsource: { product: linux }\ndetection:\n  ${pick(shapes)()}\n`,
  ).join('---\n')
}

/** Events of processes and their connections, one after another and never all at once. */
export function* auditEvents(count: number): Generator<Record<string, unknown>> {
  const pick = picker(2)
  for (let index = 0; index < count; index++) {
    const exe = pick(folders) + pick(programs)
    yield {
      exe,
      cmd: `${exe} --${pick(words)}-${index % 1000} ${pick(words)} --config /etc/${pick(words)}/${pick(words)}.conf ${pick(programs)} ${pick(words)}${index % 997}`,
      parent: pick(folders) + pick(programs),
      user: pick(['root', 'www-data', 'nobody']),
      ip: `10.${index % 250}.3.4`,
      port: 1000 + (index % 1000),
    }
  }
}
