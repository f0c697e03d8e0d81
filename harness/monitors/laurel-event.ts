import { normalAddress } from './address.ts'
import type { Layer, Observation, ObservedEndpoint } from './observation.ts'
import type { ProcessTable } from './process-table.ts'

type Json = Record<string, unknown>

/** System calls that are worth a record, and the layer that they belong to. */
const layerOf: Readonly<Record<string, Layer>> = {
  execve: 'process',
  execveat: 'process',
  memfd_create: 'process',
  ptrace: 'process',
  io_uring_setup: 'process',
  connect: 'process-network',
  sendto: 'process-network',
  sendmsg: 'process-network',
  sendmmsg: 'process-network',
  bind: 'process-network',
  listen: 'process-network',
  accept: 'process-network',
  accept4: 'process-network',
  socket: 'process-network',
}

const executions = ['execve', 'execveat']

/**
 * Takes laurel's percent-encoding back: `%25` for a percent sign, `%2b` for a plus sign, `%0a` and the like for bytes that
 * do not print. Bytes that are no UTF-8 become U+FFFD.
 */
export function decodeLaurel(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('%') ? decodeText(value) : value
  if (Array.isArray(value)) return value.map(decodeLaurel)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decodeLaurel(inner)]))
}

function decodeText(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}

/**
 * An event as laurel writes it (0.5 and 0.7), decoded, with what the log has said before about the process: the command
 * line that it runs with (SYSCALL.PID.ARGV) and its parent's (SYSCALL.PPID.ARGV, and exe where it was missing).
 * @param table is brought up to date
 * @returns undefined when it is no event of laurel's
 */
export function readLaurel(record: Json, table: ProcessTable): Json | undefined {
  if (typeof record.ID !== 'string') return undefined
  const event = decodeLaurel(record) as Json
  const call = event.SYSCALL
  if (!isObject(call) || typeof call.pid !== 'number' || typeof call.ppid !== 'number') return event
  const container = containerOf(event) ?? ''
  const executable = text(call.exe)
  const executed = isExecution(call) && isObject(event.EXECVE) ? event.EXECVE.ARGV : undefined
  if (Array.isArray(executed))
    table.executed(container, call.pid, { arguments: executed.map(String), executable, ppid: call.ppid })
  const own = table.of(container, { pid: call.pid, ppid: call.ppid, executable })
  const parent = table.find(container, call.ppid)
  if (own) call.PID = { ...object(call.PID), ARGV: own.arguments }
  if (parent) call.PPID = { exe: parent.executable, ...object(call.PPID), ARGV: parent.arguments }
  return event
}

/** What an event tells of a process; null when it is no news: a search for a program, or the engine's own doing. */
export function observeLaurel(event: Json, monitor: string, receivedAt: number): Observation | null {
  const call = event.SYSCALL
  if (!isObject(call)) return null
  const name = text(call.SYSCALL)
  const layer = Object.hasOwn(layerOf, name) ? layerOf[name] : undefined
  if (layer === undefined || typeof call.pid !== 'number' || typeof call.ppid !== 'number') return null
  if (executions.includes(name) && (call.success !== 'yes' || isEngine(event))) return null
  const end = endOf(event)
  return {
    monitor,
    kind: 'telemetry',
    layer,
    event: name,
    at: timeOf(event) ?? receivedAt,
    receivedAt,
    source: {},
    destination: end,
    ...(layer === 'process-network' && end.address !== undefined
      ? { socket: name === 'bind' ? { local: end } : { remote: end } }
      : {}),
    process: {
      pid: call.pid,
      ppid: call.ppid,
      executable: text(call.exe),
      commandLine: words(object(call.PID).ARGV).join(' '),
      container: containerOf(event),
    },
    raw: event,
  }
}

/** Time stamp of an event, `1795489835.110:141794`, in milliseconds since the epoch; its steps are those of the kernel's timer. */
export function timeOf({ ID }: Json): number | undefined {
  const found = /^(\d+)\.(\d{3}):\d+$/.exec(String(ID))
  return found ? Number(found[1]) * 1000 + Number(found[2]) : undefined
}

/** laurel 0.5 has it beside the system call, 0.7 with the process. */
function containerOf(event: Json): string | null {
  const id = object(event.CONTAINER_INFO).ID ?? object(object(object(event.SYSCALL).PID).container).id
  return typeof id === 'string' ? id : null
}

function isExecution({ SYSCALL, success }: Json): boolean {
  return executions.includes(String(SYSCALL)) && success === 'yes'
}

/** The first process of a container comes out of `runc init`. */
function isEngine(event: Json): boolean {
  const [first, second] = words(object(event.EXECVE).ARGV)
  return first === 'runc' && second === 'init'
}

/** The address that a system call names: of the other end, but for `bind`. */
function endOf(event: Json): ObservedEndpoint {
  for (const record of [event.SOCKADDR].flat()) {
    const address = object(object(record).SADDR)
    if (typeof address.addr !== 'string') continue
    return {
      address: normalAddress(address.addr),
      ...(typeof address.port === 'number' ? { port: address.port } : {}),
    }
  }
  return {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function object(value: unknown): Json {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
