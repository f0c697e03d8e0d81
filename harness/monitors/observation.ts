/** The five telemetry layers: what a stack can see, apart from whether it alerts. */
export const layers = ['flow', 'packet', 'stream', 'process', 'process-network'] as const
export type Layer = (typeof layers)[number]

/** Whether a layer is about processes and not about packets. */
export function isProcessLayer(layer: Layer): boolean {
  return layer === 'process' || layer === 'process-network'
}

export interface ObservedEndpoint {
  mac?: string
  /** As an IP address is normally written (lower case, RFC 5952 for IPv6). */
  address?: string
  port?: number
}

/** The process that an observation is about. Process ids are those of the log. */
export interface ObservedProcess {
  pid: number
  ppid: number
  executable: string
  /** Empty when it is not known. */
  commandLine: string
  container: string | null
}

/** May be shared by observations. */
export type ObservedRule = Readonly<{ product: string; id: string; name: string }>

/** One thing that a monitoring stack said. A monitor fetches it and never judges it. */
export interface Observation {
  /** Name of the monitor, as configured. */
  monitor: string
  kind: 'alert' | 'telemetry'
  layer: Layer
  /** The product's own word for it: EVE's event_type, for example `alert`, `flow`, `dns`, `anomaly`. */
  event: string
  /** The monitor's own time stamp, milliseconds since the epoch, with fraction. */
  at: number
  /** When Tocsin had read it, milliseconds since the epoch, with fraction. */
  receivedAt: number
  /** When what it describes began, where that is earlier than `at`: flow records are written at the flow's end. */
  startedAt?: number
  /** Alerts, and anomaly events that name what is wrong. `product` is `tocsin` for a rule that Tocsin brought along. */
  rule?: ObservedRule
  source: ObservedEndpoint
  destination: ObservedEndpoint
  /** The ends of the tunnel that the packet came in, where the product names both. */
  outer?: { source: ObservedEndpoint; destination: ObservedEndpoint }
  protocol?: string
  process?: ObservedProcess
  /** The socket that the process used, as far as its log tells: its own end, and the end that it talks to. */
  socket?: { local?: ObservedEndpoint; remote?: ObservedEndpoint }
  communityId?: string
  /** The record as the monitor wrote it. */
  raw: Record<string, unknown>
}
