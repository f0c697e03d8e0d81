import type { ScenarioFigures } from '../evidence/figures.ts'
import { bearsOn, type Selectable } from './bears-on.ts'
import type { Exception } from './exceptions.ts'

/** More scenarios than this are no exception any more. */
const broadest = 10
/** A longer life than this is no exception any more, days. */
const longest = 366

/** The first six make an exception void: it covers nothing. */
export type ExceptionProblem =
  | 'expired'
  | 'not-yet'
  | 'self-approved'
  | 'too-broad'
  | 'broader'
  | 'orphaned'
  | 'masking'
  | 'needless'
  | 'too-long'

const voiding: readonly ExceptionProblem[] = ['expired', 'not-yet', 'self-approved', 'too-broad', 'broader', 'orphaned']

export interface ReviewedException {
  exception: Exception
  /** Whether it holds on the day that was asked for. */
  inForce: boolean
  /** From that day to its last; 0 on the last day, negative when it has run out. */
  daysLeft: number
  problems: { kind: ExceptionProblem; text: string }[]
  /** Ids of the scenarios that it names. */
  names: string[]
  /** Ids of the scenarios whose shortfall it covers in the run; empty without a run, and when it is not in force. */
  covers: string[]
}

/** What a scenario fell short by in a run, as exceptions accept it; empty when it met its expectation. */
export function shortfalls({ outcome, met, twin, controls }: ScenarioFigures): string[] {
  const isUnknownDefect = twin === 'rule-defect' && controls.some((trial) => trial.met === false)
  return [...(met === false ? [outcome] : []), ...(twin === 'false-alarm' || isUnknownDefect ? [twin] : [])]
}

/**
 * Holds a register against the scenarios there are, a day, and a run if there is one. Pure.
 * @param known every scenario that an exception may name
 * @param day ISO date on which they must hold
 */
export function reviewExceptions(
  register: readonly Exception[],
  known: readonly Selectable[],
  day: string,
  run: readonly ScenarioFigures[] = [],
): ReviewedException[] {
  return register.map((exception) => {
    const names = known.filter((scenario) => isNamed(exception, scenario)).map(({ id }) => id)
    const problems = formalProblems(exception, names.length, day)
    const inForce = !problems.some(({ kind }) => voiding.includes(kind))
    const played = run.filter(({ scenario }) => isNamed(exception, scenario))
    const masked = played.flatMap((one) =>
      shortfalls(one)
        .filter((outcome) => !exception.accepts.some((each) => each === outcome))
        .map((outcome) => `${one.scenario.id} (${outcome})`),
    )
    if (inForce && masked.length > 0)
      problems.push({
        kind: 'masking',
        text: `would hide what it does not accept: ${masked.join(', ')}; it does not cover that`,
      })
    const short = played.filter((one) => shortfalls(one).length > 0)
    if (inForce && played.length > 0 && short.length === 0 && played.every(({ met }) => met === true))
      problems.push({ kind: 'needless', text: 'everything that it names met its expectation in this run; withdraw it' })
    const covers = short
      .filter((one) => shortfalls(one).every((outcome) => exception.accepts.some((each) => each === outcome)))
      .map(({ scenario }) => scenario.id)
    return {
      exception,
      inForce,
      daysLeft: daysBetween(day, exception.expires),
      problems,
      names,
      covers: inForce ? covers : [],
    }
  })
}

/** The exception that covers each scenario's shortfall, by scenario id. The first that does counts. */
export function coveredBy(reviewed: readonly ReviewedException[]): Map<string, Exception> {
  return new Map(reviewed.toReversed().flatMap(({ exception, covers }) => covers.map((id) => [id, exception] as const)))
}

function isNamed({ scenario, select }: Exception, one: Selectable): boolean {
  return scenario === undefined ? bearsOn(select, one) : scenario === one.id
}

function formalProblems(exception: Exception, names: number, day: string): ReviewedException['problems'] {
  const { owner, approver, approved, expires, scenarios = names } = exception
  const found: [boolean, ExceptionProblem, string][] = [
    [expires < day, 'expired', `ran out on ${expires}`],
    [approved > day, 'not-yet', `was approved on ${approved}, after ${day}`],
    [sameName(owner, approver), 'self-approved', `${owner} both owns and approves it; somebody else must approve`],
    [names === 0, 'orphaned', 'names no scenario that is known here; remove or correct it'],
    [names > broadest, 'too-broad', `names ${names} scenarios, more than ${broadest}; name those that are meant`],
    [
      names > scenarios,
      'broader',
      `says that it is for ${scenarios}, but names ${names} scenarios now; narrow it or have it approved again`,
    ],
    [
      daysBetween(approved, expires) > longest,
      'too-long',
      `holds from ${approved} to ${expires}, for more than ${longest} days`,
    ],
  ]
  return found.flatMap(([holds, kind, text]) => (holds ? [{ kind, text }] : []))
}

function sameName(a: string, b: string): boolean {
  const plain = (name: string) =>
    name
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  return plain(a) === plain(b)
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000
}
