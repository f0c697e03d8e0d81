import type { Scenario } from './schema.ts'

/** What a new scenario is about. */
export interface SkeletonFacts {
  id: string
  title: string
  clause: Scenario['clause']
  /** One of `skeletonGenerators`. */
  generator: string
  /** ATT&CK techniques. */
  techniques: readonly string[]
  /** Rules by product that are expected to alert; empty where none is known. */
  rules: Readonly<Record<string, readonly string[]>>
  /** The server's port. */
  port: number
  /** Where editors find the schema, from the file's own folder. */
  schema: string
}

const packets = {
  stimulus: (port: number) => `  with:
    port: ${port}                          # the server's port
    frames:                             # in the order in which they are sent
      - from: client                    # or server; addresses, MACs and ports follow from it
        note: datagram that claims 500 bytes
        # From the outside in. Every field that is not given is right; what is given is never put right.
        # \`tocsin schema layers\` lists the layers and their fields.
        layers:
          - ipv4
          - udp: { length: 500 }        # CHANGE: this is the anomaly
          - payload: 'hello \${marker}'  # the marker of the trial ties an alert to it: keep it somewhere
        # repeat: { count: 20, interval: 10ms, vary: { udp.sourcePort: { from: 1024 } } }`,
  control: (port: number) => `  with:
    port: ${port}
    frames:
      - { from: client, note: datagram, layers: [ipv4, udp, { payload: 'hello \${marker}' }] }
      - { from: server, note: answer, layers: [ipv4, udp, { payload: 'welcome \${marker}' }] }`,
  layer: 'packet',
}

const tcp = {
  stimulus: (port: number) => `  with:
    port: ${port}                          # the server's port
    steps:                              # both ends; numbers are right wherever none is asked to be wrong
      - handshake
      - client: 'hello \${marker}'       # data, acknowledged; the marker ties an alert to the trial: keep it somewhere
      - server: 'welcome \${marker}'
      # CHANGE: this is the anomaly. Also: syn, synAck, ack, fin, reset, retransmit, overlap, unseen, frame;
      # with flags, window, sequenceOffset, acknowledgmentOffset, tcp: { any field }, repeat: { count: 20 }.
      - segment: { from: client, flags: [SYN, FIN], sequenceOffset: 15 }
      - close`,
  control: (port: number) => `  with:
    port: ${port}
    steps: [handshake, client: 'hello \${marker}', server: 'welcome \${marker}', close]`,
  layer: 'stream',
}

const bodies: Record<string, typeof packets> = { packets, tcp }

/** Generators that a new scenario can be begun with. */
export const skeletonGenerators = Object.keys(bodies)

/** A scenario file to begin with: it can be played as it is, and its comments tell what to change. */
export function skeleton(facts: SkeletonFacts): string {
  const { id, title, clause, generator, techniques, port, schema } = facts
  const body = bodies[generator] ?? packets
  return `# yaml-language-server: $schema=${schema}
id: ${id}
title: ${quoted(title)}
clause: ${clause}
description: >-
  CHANGE: say in a sentence or two what is sent, and what in it is against the rules.
# basis: official only for T1595.002, which AN1999 names; author for whatever you map yourself.
attack: { techniques: [${techniques.join(', ')}], basis: ${basis(techniques)} }
stimulus:                               # the anomaly
  generator: ${generator}
${body.stimulus(port)}
control:                                # the benign twin: the same protocol done right, which must stay quiet
  generator: ${generator}
${body.control(port)}
${expectation(facts.rules, body.layer)}
# assumptions: [CHANGE: what must be true of the stack for this to be fair.]
# limits: [CHANGE: what this does not show.]
# references: [RFC 768]
# matrix: { port: [22, 80] }            # one case of each value; write '\${matrix.port}' where it belongs
`
}

function basis(techniques: readonly string[]): string {
  return techniques.length === 1 && techniques[0] === 'T1595.002' ? 'official' : 'author'
}

function expectation(rules: SkeletonFacts['rules'], layer: string): string {
  const products = Object.entries(rules).map(([product, ids]) => `${product}: [${ids.map(ruleText).join(', ')}]`)
  if (products.length === 0)
    return `expect:
  # No rule is known: only telemetry is asked for. With a rule that should alert:
  # alert: [{ layer: ${layer}, rules: { suricata: [2200000] }, within: 5s }]
  telemetry: [flow]                     # layers that should see it even without an alert`
  return `expect:
  alert:                                # one of these must come
    - layer: ${layer}
      rules: { ${products.join(', ')} }
      # within: 5s                      # if absent: the campaign's window
  telemetry: [flow, ${layer}]${' '.repeat(Math.max(1, 20 - layer.length))}# layers that should see it even without an alert`
}

function ruleText(rule: string): string {
  return /^\d+$/.test(rule) ? rule : quoted(rule)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
