import { normalAddress } from './address.ts'
import { eveTimestamp } from './eve-timestamp.ts'
import type { Layer, Observation, ObservedEndpoint, ObservedRule } from './observation.ts'
import { isTocsinRule, tocsin } from './tocsin-rule.ts'

type Json = Record<string, unknown>

/** About the engine and not about traffic. */
const ignored = new Set(['stats', 'engine'])

/**
 * One EVE record as an observation; null for a record that says nothing about traffic.
 * @returns undefined when it is not an EVE record at all (no event type).
 */
export function observeEve(record: Json, monitor: string, receivedAt: number): Observation | null | undefined {
  const event = record.event_type
  if (typeof event !== 'string') return undefined
  if (ignored.has(event)) return null
  const observation: Observation = {
    monitor,
    kind: event === 'alert' ? 'alert' : 'telemetry',
    layer: 'packet',
    event,
    at: time(record.timestamp) ?? receivedAt,
    receivedAt,
    source: endpoint(record, 'src'),
    destination: endpoint(record, 'dest'),
    raw: record,
  }
  if (typeof record.proto === 'string') observation.protocol = record.proto
  if (typeof record.community_id === 'string') observation.communityId = record.community_id
  if (typeof record.tunnel === 'object' && record.tunnel !== null) {
    const tunnel = record.tunnel as Json
    observation.outer = { source: endpoint(tunnel, 'src'), destination: endpoint(tunnel, 'dest') }
  }
  if (event === 'alert') describeAlert(observation, object(record.alert))
  else if (event === 'anomaly') describeAnomaly(observation, object(record.anomaly))
  else if (event === 'flow' || event === 'netflow') {
    observation.layer = 'flow'
    const start = time(object(record[event]).start)
    if (start !== undefined) observation.startedAt = start
  }
  return observation
}

function describeAlert(observation: Observation, alert: Json): void {
  const signature = typeof alert.signature_id === 'number' ? String(alert.signature_id) : ''
  const generator = typeof alert.gid === 'number' ? alert.gid : 1
  observation.layer = alertLayer(signature)
  const name = typeof alert.signature === 'string' ? alert.signature : ''
  const isOurs = generator === 1 && isTocsinRule(Number(signature), name)
  observation.rule = ruleOf(
    isOurs ? tocsin : 'suricata',
    generator === 1 ? signature : `${generator}:${signature}`,
    name,
  )
}

function describeAnomaly(observation: Observation, anomaly: Json): void {
  if (anomaly.type === 'stream') observation.layer = 'stream'
  const name = typeof anomaly.event === 'string' ? anomaly.event : ''
  if (name !== '') observation.rule = ruleOf('suricata', name, name)
}

/** Rules by their identifier, since the same few speak again and again. */
const known = new Map<string, ObservedRule>()
const knownAtMost = 4096

function ruleOf(product: string, id: string, name: string): ObservedRule {
  const before = known.get(id)
  if (before?.product === product && before.name === name) return before
  const rule = { product, id, name }
  if (known.size >= knownAtMost) known.clear()
  known.set(id, rule)
  return rule
}

/** The stream engine's own rules have the numbers 2210000 to 2210999. */
function alertLayer(signature: string): Layer {
  return signature.length === 7 && signature.startsWith('2210') ? 'stream' : 'packet'
}

/** Flow records list every MAC that they saw; the first is taken, all stay in the raw record. */
function endpoint(record: Json, side: 'src' | 'dest'): ObservedEndpoint {
  const found: ObservedEndpoint = {}
  const ether = record.ether
  if (typeof ether === 'object' && ether !== null) {
    const macs = (ether as Json)[`${side}_macs`]
    const mac = (ether as Json)[`${side}_mac`] ?? (Array.isArray(macs) ? macs[0] : undefined)
    if (typeof mac === 'string') found.mac = mac.toLowerCase()
  }
  const address = record[`${side}_ip`]
  if (typeof address === 'string') found.address = normalAddress(address)
  const port = record[`${side}_port`]
  if (typeof port === 'number') found.port = port
  return found
}

function time(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const at = eveTimestamp(value)
  return Number.isNaN(at) ? undefined : at
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
