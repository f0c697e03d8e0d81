import { readFile } from 'node:fs/promises'
import { counted } from '../../reports/format.ts'
import { readPublicKey } from '../attestation/signing-key.ts'
import { type Verification, verifyRun } from '../attestation/verify-run.ts'
import { type CommandDefinition, repeatable } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError } from '../errors.ts'
import { userPath } from './inputs.ts'
import { renderReports } from './render-reports.ts'
import { chooseReporters } from './report.ts'
import { readInputs } from './report-inputs.ts'
import { ledgerPath, runFolder } from './sign.ts'

/** Problems that are listed one by one. */
const shown = 20

export const verifyCommand: CommandDefinition = {
  arguments: { '<run>': 'folder of the run' },
  options: [
    {
      flags: '--key <files>',
      description: 'public keys of all who signed, in PEM; without one, the run must be unsigned',
      ...repeatable,
    },
    {
      flags: '--ledger <file>',
      description: 'ledger of runs (default: ledger.jsonl beside the run folder, if it is there)',
    },
    { flags: '--head <digest>', description: 'head of the ledger as it was published before' },
    {
      flags: '--tsa-cert <file>',
      description:
        'certificates of the time-stamping authority that are trusted, in PEM; the run must have a time stamp',
    },
    { flags: '--json', description: 'the result as JSON' },
  ],
  examples: [
    ['verify handed-over/run --key soc.pub.pem', 'check signature, files, figures, reports and ledger of a run'],
  ],
  async run(context, options, [run]) {
    const files = (options.key ?? []) as string[]
    const keys = await Promise.all(files.map((file) => readPublicKey(userPath(context, file))))
    const directory = await runFolder(context, String(run))
    // Formats that a browser prints differ from one browser to the next.
    const comparable = chooseReporters(undefined).filter(({ needsBrowser }) => !needsBrowser)
    const result = await verifyRun(directory, {
      keys,
      ledger: { path: ledgerPath(context, options, directory), isRequired: options.ledger !== undefined },
      head: options.head as string | undefined,
      beside: { authorities: await readAuthorities(context, options), now: Date.now() },
      tool: context.version,
      remake: async (record) =>
        (await renderReports(record, comparable, await readInputs(context, directory, record.run.id))).files,
    })
    const isWhole = result.problems.length === 0
    const verified = isWhole && result.isSigned
    if (options.json) context.out(`${JSON.stringify({ verified, isWhole, ...result }, null, 2)}\n`)
    else context.out(asText(result, keys.length))
    return isWhole ? 0 : 1
  },
}

/** @throws InputError */
async function readAuthorities(context: Context, options: Record<string, unknown>): Promise<string[] | null> {
  if (options.tsaCert === undefined) return null
  const file = userPath(context, options.tsaCert as string)
  // Only now: what reads certificates and time stamps takes a while to load.
  const { certificatesIn } = await import('../attestation/time-stamp.ts')
  try {
    return certificatesIn(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new InputError(`${file}: ${(cause as Error).message}`, { cause })
  }
}

function asText(result: Verification, keys: number): string {
  const { manifest, problems, notes } = result
  const more = problems.length - shown
  return [
    ...problems.slice(0, shown).map((problem) => `problem   ${problem}`),
    ...(more > 0 ? [`          and ${more} more`] : []),
    ...notes.map((note) => `note      ${note}`),
    outcome(result, keys),
    `manifest  ${manifest ?? 'none'}`,
    '',
  ].join('\n')
}

function outcome({ isSigned, run, files, bytes, problems }: Verification, keys: number): string {
  if (problems.length > 0) return 'NOT VERIFIED'
  const checked = `${counted(files, 'file')} (${bytes} bytes), figures and reports counted again`
  return isSigned
    ? `verified  run ${run}: ${counted(keys, 'signature')}, ${checked}`
    : `UNSIGNED  run ${run}: ${checked}, all as they were written; nobody has signed them, so whoever changed a file could have changed the manifest too`
}
