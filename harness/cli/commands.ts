import type { CommandDefinition } from './command.ts'

/** A command as the list of commands needs it; the rest is loaded when it is the one that was asked for. */
export interface CommandEntry {
  name: string
  description: string
  load: () => Promise<CommandDefinition>
}

/** Every command, in the order in which `--help` shows them. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    description: 'Play a campaign and write its record and reports',
    load: async () => (await import('../commands/run.ts')).runCommand,
  },
  {
    name: 'frontier',
    description: 'Search for the value of a parameter at which the stack stops seeing a scenario',
    load: async () => (await import('../commands/frontier.ts')).frontierCommand,
  },
  {
    name: 'plan',
    description: 'Show what a campaign would do; nothing is sent',
    load: async () => (await import('../commands/plan.ts')).planCommand,
  },
  {
    name: 'validate',
    description: 'Check scenario and campaign files; nothing is started',
    load: async () => (await import('../commands/validate.ts')).validateCommand,
  },
  {
    name: 'list',
    description: 'List the scenarios',
    load: async () => (await import('../commands/list.ts')).listCommand,
  },
  {
    name: 'show',
    description: 'Show a scenario: what it plays, frame by frame, and what it expects',
    load: async () => (await import('../commands/show.ts')).showCommand,
  },
  {
    name: 'explain',
    description: 'Take what a scenario sends apart, field by field, and mark what is wrong',
    load: async () => (await import('../commands/explain.ts')).explainCommand,
  },
  {
    name: 'render',
    description: "Write a scenario's packets to a pcap file; nothing is sent",
    load: async () => (await import('../commands/render.ts')).renderCommand,
  },
  {
    name: 'new',
    description: 'Write a scenario file to begin with',
    load: async () => (await import('../commands/new.ts')).newCommand,
  },
  {
    name: 'report',
    description: 'Write the reports of a saved run again',
    load: async () => (await import('../commands/report.ts')).reportCommand,
  },
  {
    name: 'why',
    description: 'Say why a scenario was not detected, from what a saved run recorded',
    load: async () => (await import('../commands/why.ts')).whyCommand,
  },
  {
    name: 'exceptions',
    description: 'Check a register of exceptions: expired, orphaned, self-approved, too broad, masking',
    load: async () => (await import('../commands/exceptions.ts')).exceptionsCommand,
  },
  {
    name: 'keys',
    description: 'Make a pair of keys to sign runs with',
    load: async () => (await import('../commands/keys.ts')).keysCommand,
  },
  {
    name: 'sign',
    description: 'Sign a saved run: manifest, signature, ledger',
    load: async () => (await import('../commands/sign.ts')).signCommand,
  },
  {
    name: 'verify',
    description: 'Check a run: signatures, every file, figure and report',
    load: async () => (await import('../commands/verify.ts')).verifyCommand,
  },
  {
    name: 'schema',
    description: 'Print JSON Schemas, generators, packet layers and monitors as JSON',
    load: async () => (await import('../commands/schema.ts')).schemaCommand,
  },
  {
    name: 'doctor',
    description: 'List what Tocsin needs, what is missing, and how to get it',
    load: async () => (await import('../commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'setup',
    description: 'Install and start what is missing; asks first on a terminal',
    load: async () => (await import('../commands/setup.ts')).setupCommand,
  },
  {
    name: 'sweep',
    description: 'Remove what a killed campaign left on the Docker engine',
    load: async () => (await import('../commands/sweep.ts')).sweepCommand,
  },
]

/** Shown by `tocsin --help`. Every one is run by a test. */
export const programExamples: CommandDefinition['examples'] = [
  ['run', 'play everything against the embedded Suricata'],
  ['run --only tcp-null-scan', 'play one scenario'],
  ['show tcp-null-scan', 'what that scenario sends and expects'],
  ['report --format html', 'write the report of the newest run again'],
]
