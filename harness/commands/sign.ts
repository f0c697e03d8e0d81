import { readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { counted } from '../../reports/format.ts'
import { Printer } from '../../reports/printer.ts'
import { attachTimeStamp, requestTimeStamp, writeBundles } from '../attestation/beside.ts'
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
    { flags: '--sigstore', description: 'write each signature as a Sigstore bundle too' },
    {
      flags: '--timestamp-request <file>',
      description: 'write a request for a time stamp of the signatures (RFC 3161), to be taken to an authority',
    },
    { flags: '--timestamp <file>', description: "attach the authority's reply to that request" },
    { flags: '--json', description: 'what was signed as JSON' },
  ],
  examples: [
    ['sign one-run --key soc.key.pem', 'sign a run; once more with the key of a reviewer gives a second signature'],
    ['sign signed-run --sigstore --timestamp-request run.tsq', 'a Sigstore bundle, and a request for a time stamp'],
  ],
  async run(context, options, [run]) {
    const { key, sigstore, timestampRequest, timestamp } = options as Record<string, string | undefined>
    if (![key, sigstore, timestampRequest, timestamp].some((one) => one !== undefined))
      throw new InputError('sign needs --key <file>; `tocsin keys` makes a pair')
    if (timestamp !== undefined && (timestampRequest ?? key) !== undefined)
      throw new InputError('--timestamp attaches the reply to a request that was made before; give it alone')
    const directory = await runFolder(context, String(run))
    const lines: string[] = []
    const result: Record<string, unknown> = {}
    if (key !== undefined) {
      const signed = await signWith(context, options, directory, key)
      Object.assign(result, signed.result)
      lines.push(...signed.lines)
    }
    if (sigstore !== undefined) {
      result.bundles = await writeBundles(directory)
      lines.push(...(result.bundles as string[]).map((path) => `bundle    ${path}`))
    }
    if (timestampRequest !== undefined) {
      await writeNewFile(userPath(context, timestampRequest), await requestTimeStamp(directory))
      result.timestampRequest = timestampRequest
      lines.push(
        `request   ${timestampRequest}; take it to a time-stamping authority, and attach the reply by --timestamp`,
      )
    }
    if (timestamp !== undefined) {
      const time = new Date(await attachTimeStamp(directory, await readReplyFile(context, timestamp))).toISOString()
      result.timestamp = time
      lines.push(`stamped   ${time}; \`tocsin verify --tsa-cert\` checks by whom`)
    }
    context.out(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${lines.join('\n')}\n`)
    return 0
  },
}

async function signWith(context: Context, options: Record<string, unknown>, directory: string, file: string) {
  const key = await readPrivateKey(userPath(context, file), directory)
  const ledger = ledgerPath(context, options, directory)
  const result = await signRun(directory, key, ledger, context.version, (record, keyId) =>
    nameSigner(context, directory, record, keyId),
  )
  const lines = [
    `run       ${result.run}, ${counted(result.files, 'file')}`,
    `manifest  ${result.manifest}`,
    `signed by ${result.keyId} (${counted(result.signatures, 'signature')} now)`,
    `ledger    ${relative(context.cwd, ledger)}, head ${result.head}`,
  ]
  return { result, lines }
}

/** @throws InputError when something is there already */
async function writeNewFile(file: string, content: Uint8Array): Promise<void> {
  await writeFile(file, content, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is there already and is not overwritten; give another name' : cause.message
    throw new InputError(`${file}: ${why}`, { cause })
  })
}

async function readReplyFile(context: Context, given: string): Promise<Uint8Array> {
  return readFile(userPath(context, given)).catch((cause: Error) => {
    throw new InputError(`cannot read the time stamp ${given}: ${cause.message}`, { cause })
  })
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
