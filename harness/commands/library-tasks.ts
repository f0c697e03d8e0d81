import { generators } from '../../generators/registry.ts'
import { loadLibrary } from '../scenario/load.ts'
import { renderAll } from './render-all.ts'

/** Some scenarios of a folder, and for `render` where to and when. Can be sent to another thread. */
export interface Share {
  /** The scenario folder, as typed by the user. */
  files: string
  ids: readonly string[]
  /** Where pcap files go. */
  folder?: string
  /** Time of each first frame, milliseconds since the epoch. */
  startMs?: number
}

/** What is done with a whole library, a share at a time. Each returns counts, which add up. @throws InputError */
export const libraryTasks = {
  /** Looks at everything closely. */
  validate({ files, ids }: Share) {
    const scenarios = loadLibrary(files, generators, 'packets', among(ids))
    return { scenarios: scenarios.length, cases: scenarios.reduce((sum, each) => sum + each.cases.length, 0) }
  },
  /** Writes a pcap file for every case and its twin. */
  render({ files, ids, folder = '.', startMs = 0 }: Share) {
    const scenarios = loadLibrary(files, generators, 'parameters', among(ids))
    return { files: renderAll(scenarios, { files, folder, startMs }) }
  },
}

export type LibraryTask = keyof typeof libraryTasks
export type Counts<Task extends LibraryTask> = ReturnType<(typeof libraryTasks)[Task]>

function among(ids: readonly string[]): (id: string) => boolean {
  const known = new Set(ids)
  return (id) => known.has(id)
}
