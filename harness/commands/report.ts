import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { envelopeName } from '../attestation/manifest.ts'
import { enterIntoManifest } from '../attestation/run-manifest.ts'
import { type CommandDefinition, repeatable } from '../cli/command.ts'
import { InputError } from '../errors.ts'
import { readRecord } from '../evidence/read.ts'
import { writeReports } from '../evidence/write.ts'
import { suggestion } from '../scenario/nearest.ts'
import { findChromium } from '../setup/chromium.ts'
import { Printer } from '../../reports/printer.ts'
import { type ReporterName, reporters } from '../../reports/registry.ts'
import type { Reporter } from '../../reports/reporter.ts'
import { userPath } from './inputs.ts'
import { renderReports } from './render-reports.ts'
import { redactingOf, redactOptions, writeRedacted } from './redact.ts'
import { inputOptions, keepInputs, readInputs } from './report-inputs.ts'

export const formatOption = {
  flags: '--format <names>',
  description: `reports to write: ${Object.keys(reporters).join(', ')} (default: all)`,
  ...repeatable,
}

export const reportCommand: CommandDefinition = {
  arguments: { '[run]': 'folder of the run (default: runs/latest)' },
  options: [
    formatOption,
    ...inputOptions,
    ...redactOptions,
    { flags: '--runs <dir>', description: 'folder of all runs', initial: 'runs' },
    { flags: '--json', description: 'the written files as JSON' },
  ],
  examples: [
    ['report', 'every format of the newest run'],
    ['report runs/latest --format html,csv', 'two formats of a run'],
    ['report handed-over/run --redact for-others', 'a redacted copy of a run, with every report'],
  ],
  async run(context, options, [given]) {
    const chosen = chooseReporters(options.format as string[] | undefined)
    const directory = userPath(context, (given as string | undefined) ?? join(String(options.runs), 'latest'))
    await using printer = new Printer(() => findChromium(context.env))
    // It takes as long to start as a large record to be read.
    if (chosen.some(({ needsBrowser }) => needsBrowser)) printer.start()
    const record = await readRecord(directory)
    const redacting = await redactingOf(context, options)
    const kept = await keepInputs(context, options, directory)
    if (redacting) {
      // The run itself stays as it is, and so does its signature.
      await enterIntoManifest(directory, kept)
      const copy = await writeRedacted(context, directory, redacting, { reporters: chosen, printer })
      for (const problem of copy.problems) context.log(`tocsin: ${problem}\n`)
      context.out(
        options.json
          ? `${JSON.stringify({ redacted: copy.directory, problems: copy.problems }, null, 2)}\n`
          : `${copy.line}\n`,
      )
      return copy.problems.length > 0 ? 2 : 0
    }
    const inputs = await readInputs(context, directory, record.run.id)
    const { files, problems } = await renderReports(record, chosen, { printer, ...inputs })
    const written = (await writeReports(directory, files)).map((path) => relative(context.cwd, path))
    if (options.json) context.out(`${JSON.stringify({ reports: written, problems }, null, 2)}\n`)
    else context.out(written.map((path) => `${path}\n`).join(''))
    for (const problem of problems) context.log(`tocsin: ${problem}\n`)
    await enterIntoManifest(directory, [...kept, ...files.map(({ path }) => path)])
    if (existsSync(join(directory, envelopeName)))
      context.log(
        `tocsin: ${directory} is signed; \`tocsin verify\` tells whether what was written now is what was signed\n`,
      )
    return problems.length > 0 ? 2 : 0
  },
}

/** @throws InputError for an unknown format. */
export function chooseReporters(names: readonly string[] | undefined): readonly Reporter[] {
  if (!names) return Object.values(reporters)
  return names.map((name) => {
    if (!Object.hasOwn(reporters, name))
      throw new InputError(`unknown format "${name}"${suggestion(name, Object.keys(reporters))}`)
    return reporters[name as ReporterName]
  })
}
