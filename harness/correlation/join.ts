/** What two records can agree in. `source` is the end that began the connection. */
export const joinKeys = [
  'source address',
  'source port',
  'destination address',
  'destination port',
  'protocol',
  'time',
] as const
export type JoinKey = (typeof joinKeys)[number]

/**
 * Whether the records of two monitors can be put together. `joined`: one process fits. `ambiguous`: several do, or one that
 * differs in a key. `impossible`: none does. Two more can only be told by one who knows what was played: `mistaken`, one
 * process fits, but it is not the trial's; `inconclusive`, a monitor was not shown to listen.
 */
export const joinOutcomes = ['joined', 'ambiguous', 'impossible', 'mistaken', 'inconclusive'] as const
export type JoinOutcome = (typeof joinOutcomes)[number]

/** A process that may be behind a connection, as the monitor recorded it. */
export interface JoinCandidate {
  pid: number
  executable: string
  /** Empty when it is not known. */
  commandLine: string
  container: string | null
}

/** What came of putting together what two monitors recorded of one trial. */
export interface Join {
  /** The monitor of packets, and the monitor of processes. */
  network: string
  process: string
  outcome: JoinOutcome
  /** In which keys the records agree. */
  keys: readonly JoinKey[]
  /** Which keys one of them lacks, so that nothing could be compared. */
  missing: readonly JoinKey[]
  /** In which keys they contradict each other. */
  differing: readonly JoinKey[]
  /** The processes that fit, the first of them where they are many. */
  candidates: readonly JoinCandidate[]
  /** Time stamp of the process record minus the beginning of the connection, milliseconds; null where none was compared. */
  apartMs: number | null
  /** One plain sentence. */
  reason: string
}

const bestFirst: readonly JoinOutcome[] = ['joined', 'inconclusive', 'ambiguous', 'mistaken', 'impossible']

/** Of several connections of a trial, or several pairs of monitors, the one that could be told best; null of none. */
export function bestJoin<Some extends Pick<Join, 'outcome'>>(joins: readonly Some[]): Some | null {
  const place = ({ outcome }: Some) => bestFirst.indexOf(outcome)
  return joins.toSorted((one, other) => place(one) - place(other))[0] ?? null
}
