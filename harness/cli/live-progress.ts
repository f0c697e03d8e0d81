import type { Context } from './context.ts'
import { LiveBoard } from './live-board.ts'
import { LiveLog } from './live-log.ts'
import type { ClauseShare, LiveProgress } from './progress.ts'

/** On a terminal a board that changes in place, else plain lines. */
export function createLiveProgress(context: Context, clauses: readonly ClauseShare[]): LiveProgress {
  return context.stderr.isTerminal ? new LiveBoard(context, clauses) : new LiveLog(context.log)
}
