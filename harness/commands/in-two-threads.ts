import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { InputError } from '../errors.ts'
import { libraryIds } from '../scenario/load.ts'
import { type Counts, type LibraryTask, libraryTasks, type Share } from './library-tasks.ts'

/** A second thread takes some tenths of a second to start: so many scenarios are worth it. */
const worthIt = 100

/** What the second thread says: the counts of its share, or what is wrong with it. */
export type Said<Task extends LibraryTask> = { counts: Counts<Task> } | { problem: string }

/**
 * Does something with all scenarios of a folder, every second of them in another thread.
 * @throws InputError with a line for every problem
 */
export async function inTwoThreads<Task extends LibraryTask>(
  task: Task,
  given: Omit<Share, 'ids'>,
): Promise<Counts<Task>> {
  const ids = libraryIds(given.files)
  if (ids.length < worthIt) return libraryTasks[task]({ ...given, ids }) as Counts<Task>
  const unique = [...new Set(ids)]
  const share = (which: number) => ({ ...given, ids: unique.filter((_, index) => index % 2 === which) })
  const other = elsewhere(task, share(1))
  const [own, others] = [here(task, share(0)), await other]
  const problems = [own, others].flatMap((said) => ('problem' in said ? said.problem.split('\n') : []))
  if (problems.length > 0)
    throw new InputError(problems.sort(new Intl.Collator('en', { numeric: true }).compare).join('\n'))
  const [one, two] = [own, others].map((said) => ('counts' in said ? said.counts : {})) as Record<string, number>[]
  return Object.fromEntries(
    Object.entries(one ?? {}).map(([name, count]) => [name, count + (two?.[name] ?? 0)]),
  ) as Counts<Task>
}

/** Does a share of a task. Problems of the input are told, for an error would lose its kind on the way between threads. */
export function here<Task extends LibraryTask>(task: Task, share: Share): Said<Task> {
  try {
    return { counts: libraryTasks[task](share) as Counts<Task> }
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message }
    throw error
  }
}

async function elsewhere<Task extends LibraryTask>(task: Task, share: Share): Promise<Said<Task>> {
  // Flags of this process may be for another program text than a file.
  const worker = new Worker(new URL('./library-thread.js', import.meta.url), {
    workerData: { task, share },
    execArgv: [],
  })
  const [said] = (await once(worker, 'message')) as [Said<Task>]
  return said
}
