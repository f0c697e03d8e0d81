import { readdir, realpath } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { counted } from '../../reports/format.ts'
import { Printer } from '../../reports/printer.ts'
import { signRun } from '../attestation/sign-run.ts'
import { readPrivateKey } from '../attestation/signing-key.ts'
import { writeSigningNote } from '../attestation/signing-note.ts'
import type { CommandDefinition } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError } from '../errors.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { writeReports } from '../evidence/write.ts'
import { findChromium } from '../setup/chromium.ts'
import { userPath } from './inputs.ts'
import { renderReports } from './render-reports.ts'
import { chooseReporters } from './report.ts'
import { readInputs } from './report-inputs.ts'

export const signCommand: CommandDefinition = {
  arguments: { '<run>': 'folder of the run' },
  options: [
    { flags: '--key <file>', description: 'private key in PEM, as `tocsin keys` makes it' },
    { flags: '--ledger <file>', description: 'ledger of runs (default: ledger.jsonl beside the run folder)' },
    { flags: '--json', description: 'what was signed as JSON' },
  ],
  examples: [
    ['sign one-run --key soc.key.pem', 'sign a run; once more with the key of a reviewer gives a second signature'],
  ],
  async run(context, options, [run]) {
    if (options.key === undefined) throw new InputError('sign needs --key <file>; `tocsin keys` makes a pair')
    const directory = await runFolder(context, String(run))
    const key = await readPrivateKey(userPath(context, options.key as string), directory)
    const ledger = ledgerPath(context, options, directory)
    const signed = await signRun(directory, key, ledger, context.version, (record, keyId) =>
      nameSigner(context, directory, record, keyId),
    )
    if (options.json) context.out(`${JSON.stringify(signed, null, 2)}\n`)
    else
      context.out(
        [
          `run       ${signed.run}, ${counted(signed.files, 'file')}`,
          `manifest  ${signed.manifest}`,
          `signed by ${signed.keyId} (${counted(signed.signatures, 'signature')} now)`,
          `ledger    ${relative(context.cwd, ledger)}, head ${signed.head}`,
          '',
        ].join('\n'),
      )
    return 0
  },
}

/** Notes who signs, and writes the reports that are there again, so that they name the key. */
async function nameSigner(context: Context, directory: string, record: CampaignRecord, keyId: string): Promise<void> {
  const names = new Set(await readdir(directory))
  const wanted = chooseReporters(undefined).filter(({ needsBrowser }) => !needsBrowser || names.has('report.pdf'))
  await using printer = new Printer(() => findChromium(context.env))
  const signing = { keyId, signedAt: new Date().toISOString() }
  const inputs = await readInputs(context, directory, record.run.id)
  const { files, problems } = await renderReports(record, wanted, { printer, ...inputs, signing })
  const [problem] = problems
  if (problem !== undefined)
    throw new InputError(`${directory}: was not signed: ${problem}. Remove the report, or put right what is missing`)
  await writeSigningNote(directory, signing)
  await writeReports(
    directory,
    files.filter(({ path }) => names.has(path)),
  )
}

/** The folder of a run, links followed: `runs/latest` is a link. @throws InputError when it is not there */
export async function runFolder(context: Context, given: string): Promise<string> {
  return realpath(userPath(context, given)).catch((cause: Error) => {
    throw new InputError(`${given}: no such folder; give the folder of a run, for example runs/latest`, { cause })
  })
}

/** Where the ledger of a run is. */
export function ledgerPath(context: Context, options: Record<string, unknown>, directory: string): string {
  return options.ledger === undefined
    ? join(dirname(directory), 'ledger.jsonl')
    : userPath(context, options.ledger as string)
}
