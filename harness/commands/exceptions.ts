import { counted } from '../../reports/format.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { InputError } from '../errors.ts'
import { parseExceptions } from '../compliance/exceptions.ts'
import { reviewExceptions, type ReviewedException } from '../compliance/review-exceptions.ts'
import { figures } from '../evidence/figures.ts'
import { readRecord } from '../evidence/read.ts'
import { readSource } from '../scenario/source.ts'
import { libraryOption, readLibrary, userPath } from './inputs.ts'

export const exceptionsCommand: CommandDefinition = {
  arguments: { '[file]': 'register of exceptions (default: exceptions.yaml)' },
  options: [
    { flags: '--run <dir>', description: 'a run, to see what they cover and what they would hide' },
    { flags: '--on <date>', description: 'day on which they must hold (default: of the run, else today)' },
    libraryOption,
    { flags: '--json', description: 'the result as JSON' },
  ],
  examples: [
    ['exceptions --run runs/latest', 'what exceptions.yaml covers in the newest run, and what is wrong with it'],
  ],
  async run(context, options, [given]) {
    const register = parseExceptions(readSource(userPath(context, (given as string | undefined) ?? 'exceptions.yaml')))
    const record = options.run === undefined ? null : await readRecord(userPath(context, options.run as string))
    const on = options.on as string | undefined
    const day = on ?? record?.run.startedAt.slice(0, 10) ?? new Date().toISOString().slice(0, 10)
    if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new InputError(`--on ${day}: write a day as 2026-12-31`)
    const library = readLibrary(context, options).map((one) => ({
      ...one,
      telemetry: one.expect?.telemetry ?? [],
    }))
    const known = [
      ...library,
      ...(record?.run.scenarios ?? []).filter(({ id }) => !library.some((one) => one.id === id)),
    ]
    const reviewed = reviewExceptions(register, known, day, record ? figures(record).scenarios : [])
    if (options.json) context.out(`${JSON.stringify({ day, exceptions: reviewed }, null, 2)}\n`)
    else context.out(`${counted(register.length, 'exception')} on ${day}\n${reviewed.map(asText).join('')}`)
    return reviewed.some(({ problems }) => problems.length > 0) ? 1 : 0
  },
}

function asText({ exception, inForce, daysLeft, problems, names, covers }: ReviewedException): string {
  const { id, owner, approver, expires } = exception
  return [
    `${id}: ${inForce ? 'in force' : 'void'} until ${expires}, ${left(daysLeft)}; names ${counted(names.length, 'scenario')}; owner ${owner}, approver ${approver}`,
    ...(covers.length > 0 ? [`  covers    ${covers.join(', ')}`] : []),
    ...problems.map(({ kind, text }) => `  ${kind.padEnd(13)} ${text}`),
    '',
  ].join('\n')
}

function left(days: number): string {
  if (days < 0) return `over for ${counted(-days, 'day')}`
  return days === 0 ? 'its last day' : `${counted(days, 'day')} left`
}
