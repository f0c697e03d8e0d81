import { readFileSync } from 'node:fs'
import type { Identity } from '../../../generators/identity.ts'

/**
 * Forty small trials and what a real Suricata 7.0.10 wrote about them: its package's event rules, all EVE types, with
 * Ethernet addresses, packets, payloads and community ids, read from one pcap of the frames in this order.
 */
export interface SampleTrial {
  name: string
  identity: Identity
  frames: Uint8Array[]
}

const folder = new URL('../../../../test/harness/monitors/fixtures/', import.meta.url)

export const evePath = new URL('suricata-7.eve.jsonl', folder).pathname

export const eveLines = readFileSync(evePath, 'utf8').trimEnd().split('\n')

export const sampleTrials: SampleTrial[] = (
  JSON.parse(readFileSync(new URL('suricata-7.trials.json', folder), 'utf8')) as {
    name: string
    identity: Identity
    frames: string[]
  }[]
).map((trial) => ({ ...trial, frames: trial.frames.map((hex) => Buffer.from(hex, 'hex')) }))

/** By number of the frame in the pcap, counted from 1, as in EVE's `pcap_cnt`. */
export const trialOfFrame = new Map(
  sampleTrials.flatMap(({ name, frames }) => frames.map(() => name)).map((name, place) => [place + 1, name]),
)
