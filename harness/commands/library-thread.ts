import { parentPort, workerData } from 'node:worker_threads'
import { here } from './in-two-threads.ts'
import type { LibraryTask, Share } from './library-tasks.ts'

const { task, share } = workerData as { task: LibraryTask; share: Share }
parentPort?.postMessage(here(task, share))
