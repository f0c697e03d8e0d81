import { z } from 'zod'
import type { Listener } from '../../generators/process/performance.ts'

const end = z.object({ address: z.string(), port: z.number() })
const parent = z.object({ pid: z.number(), ppid: z.number(), executable: z.string(), arguments: z.array(z.string()) })
const seenSocket = z.object({ fd: z.number(), kind: z.string(), local: end.optional(), remote: end.optional() })

export const seenProcessSchema = z.object({
  ...parent.shape,
  pidInContainer: z.number(),
  deleted: z.boolean(),
  name: z.string(),
  directory: z.string(),
  marker: z.string().nullable(),
  container: z.string().nullable(),
  parents: z.array(parent),
  sockets: z.array(seenSocket),
  startedAt: z.number(),
})

/** A process as the witness found it in the host's /proc. Process ids are the host's. */
export type SeenProcess = z.output<typeof seenProcessSchema>

/** Everything that is known of a process trial from outside the process. Times are milliseconds since the epoch. */
export interface ProcessProof {
  /** The process that the trial is about. */
  process: SeenProcess
  /** All processes of the trial's user at that time. */
  others: SeenProcess[]
  /** The other end as the listener saw it; null for a program without a listener. */
  peer: { address: string; port: number } | null
  startedAt: number
  peerAt: number | null
  endedAt: number
  exit: { status: number | null; signal: number | null }
  /** What the listener got, at most 512 bytes of it. */
  received: string
}

/** Sockets of processes that make their packets themselves, or that a ring of requests opens without a file. */
const unbound = ['raw', 'packet', 'ping', 'io_uring']

/**
 * Which of the processes the trial is about: the one that holds the socket at the other end of the listener's, or the
 * one that was started where there is no listener. Of several that share the socket, the youngest: it does the talking.
 */
export function talkingProcess(
  processes: readonly SeenProcess[],
  listener: Pick<Listener, 'protocol'> | null,
  peer: { address: string; port: number } | null,
  startedPid: number,
): SeenProcess | null {
  if (listener === null || peer === null) {
    return processes.find(({ pidInContainer }) => pidInContainer === startedPid) ?? null
  }
  const kind = listener.protocol === 'tcp' || listener.protocol === 'dial' ? 'tcp' : 'udp'
  const holds = ({ sockets }: SeenProcess) =>
    sockets.some(
      (socket) =>
        (socket.kind === kind && socket.local?.port === peer.port && listener.protocol !== 'icmp') ||
        (unbound.includes(socket.kind) && socket.local === undefined) ||
        (unbound.includes(socket.kind) && listener.protocol === 'icmp'),
    )
  return processes.findLast(holds) ?? null
}
