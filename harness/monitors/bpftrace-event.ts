import { z } from 'zod'
import { normalAddress } from './address.ts'
import type { Observation } from './observation.ts'

const whole = z.number().int()
const end = z.object({ address: z.string(), port: whole })
const who = { at: z.number(), container: z.string(), pid: whole, ppid: whole, name: z.string() }

const executionSchema = z.looseObject({
  ...who,
  event: z.literal('exec'),
  arguments: z.array(z.string()),
})

const connectionSchema = z.looseObject({
  ...who,
  event: z.literal('connect'),
  protocol: z.enum(['tcp', 'udp']),
  source: end,
  destination: end,
})

const eventSchema = z.discriminatedUnion('event', [executionSchema, connectionSchema])

/** A line that the companion of the endpoint sensor writes. */
export type BpftraceEvent = z.output<typeof eventSchema>

/** @returns undefined when it is no event of the companion's */
export function readBpftrace(record: Record<string, unknown>): BpftraceEvent | undefined {
  return eventSchema.safeParse(record).data
}

/**
 * What an event tells of a process. Its executable has no folder: `name` is that of the file for a program that was
 * executed, and that of the thread for a connection.
 */
export function observeBpftrace(event: BpftraceEvent, monitor: string, receivedAt: number): Observation {
  const { at, container, pid, ppid, name } = event
  const isExecution = event.event === 'exec'
  const ends = isExecution ? null : { source: plain(event.source), destination: plain(event.destination) }
  return {
    monitor,
    kind: 'telemetry',
    layer: isExecution ? 'process' : 'process-network',
    event: event.event,
    at,
    receivedAt,
    source: ends?.source ?? {},
    destination: ends?.destination ?? {},
    ...(isExecution ? {} : { protocol: event.protocol }),
    ...(ends === null ? {} : { socket: { local: ends.source, remote: ends.destination } }),
    process: { pid, ppid, executable: name, commandLine: isExecution ? event.arguments.join(' ') : '', container },
    raw: event,
  }
}

function plain({ address, port }: z.output<typeof end>): z.output<typeof end> {
  return { address: normalAddress(address), port }
}
