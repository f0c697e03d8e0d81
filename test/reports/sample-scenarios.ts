import type { ControlVerdict, StimulusVerdict } from '../../harness/verdict/verdict.ts'

/** One scenario of the sample in short. `sid` is the expected rule; without it only telemetry is asked for. */
export interface Row {
  id: string
  title: string
  clause: string
  techniques: string[]
  sid?: string
  alert?: string
  verdict?: StimulusVerdict
  twin?: ControlVerdict
  /** Whether a stimulus met the expectation, where it is not as usual: a known blind spot. */
  met?: boolean
  reason?: string
  cases?: string[]
  missedCase?: string
  frames?: number
  latencyMs?: number
  unproven?: boolean
  limits?: string[]
}

const simple =
  (clause: string, techniques: string[]) =>
  ([id, title, sid]: [string, string, string?]): Row => ({ id, title, clause, techniques, ...(sid ? { sid } : {}) })

/** Forty-six scenarios with every verdict, long titles, cases, and a technique that none could decide. */
export const rows: readonly Row[] = [
  ...(
    [
      ['ipv4-bad-checksum', 'IPv4 header with a wrong checksum', '2200073'],
      ['ipv4-truncated-header', 'IPv4 header cut after 12 bytes', '2200000'],
      ['ipv4-ihl-too-small', 'IPv4 header length below the minimum', '2200001'],
      ['ipv4-total-length-below-header', 'IPv4 total length below the header', '2200002'],
      ['ipv4-wrong-version', 'IPv4 packet that says version 7', '2200011'],
      ['ipv4-option-unassigned', 'IPv4 option of an unassigned type', '2200004'],
      ['ipv4-carries-icmpv6', 'ICMPv6 inside IPv4', '2200092'],
      ['ipv6-payload-beyond-frame', 'IPv6 payload length beyond the frame', '2200013'],
      ['ipv6-routing-type0', 'IPv6 routing header of type 0', '2200093'],
      ['ipv6-data-after-no-next', 'Data after an IPv6 header that says nothing follows', '2200096'],
      ['icmp-unknown-type', 'ICMP of an unassigned type', '2200024'],
      ['icmp-truncated', 'ICMP message cut after 4 bytes', '2200023'],
      ['udp-truncated', 'UDP header cut after 6 bytes', '2200039'],
      ['udp-length-below-8', 'UDP length below its own header', '2200120'],
      ['tcp-truncated', 'TCP header cut after 12 bytes', '2200033'],
      ['tcp-data-offset-beyond-segment', 'TCP data offset beyond the segment', '2200034'],
      ['tcp-option-bad-length', 'TCP option with an impossible length', '2200036'],
      ['tcp-option-duplicate', 'TCP option given twice', '2200037'],
      ['gre-wrong-version', 'GRE of a version that does not exist', '2200053'],
      ['dns-z-flag', 'DNS query with the reserved bit set', '2240006'],
      ['dns-invalid-opcode', 'DNS query with opcode 9', '2240007'],
    ] as [string, string, string][]
  ).map(simple('malformed', ['T1095'])),
  ...(
    [
      ['tcp-synack-wrong-ack', 'SYN/ACK that acknowledges a segment never sent', '2210007'],
      ['tcp-synack-from-client', 'SYN/ACK from the client itself', '2210003'],
      ['tcp-est-out-of-window', 'Data far outside the window', '2210020'],
      ['tcp-fin-out-of-window', 'FIN far outside the window', '2210038'],
      ['tcp-rst-injection-handshake', 'RST injected into a handshake', '2210058'],
      ['dns-tcp-response-to-server', 'DNS reply sent to the server', '2240004'],
      ['dns-tcp-query-to-client', 'DNS query sent to the client', '2240005'],
    ] as [string, string, string][]
  ).map(simple('extraneous', ['T1557'])),
  ...(
    [
      ['tcp-synack-flood', 'Eight SYN/ACKs for one SYN', '2210055'],
      ['tcp-syn-flood-one-tuple', 'Twenty SYNs on one connection', '2210063'],
      ['tcp-excessive-retransmissions', 'One segment sent fourteen times', '2210054'],
    ] as [string, string, string][]
  ).map(simple('gratuitous', ['T1498.001', 'T1499'])),
  {
    id: 'stray-fin',
    title: 'FIN segment that belongs to no connection, on several ports',
    clause: 'extraneous',
    techniques: ['T1595.002'],
    sid: '2210037',
    alert: 'SURICATA STREAM FIN recv but no session',
    cases: ['port=22', 'port=80', 'port=8443'],
    missedCase: 'port=8443',
    limits: ['The rule ships commented out; the embedded stack turns it on.'],
  },
  {
    id: 'service-probe-sweep',
    title: 'Version probes against forty closed ports',
    clause: 'gratuitous',
    techniques: ['T1595.002'],
    sid: '2200099',
    frames: 120,
    alert: 'SURICATA probe',
  },
  {
    id: 'rst-injection-established',
    title: 'RST injected into an established connection, then data goes on',
    clause: 'extraneous',
    techniques: ['T1557'],
    sid: '2210046',
    verdict: 'missed',
    frames: 14,
  },
  {
    id: 'tcp-overlap-same-bounds',
    title: 'Segment sent again with the same bounds and other content, so that sensor and host may disagree',
    clause: 'malformed',
    techniques: ['T1027'],
    sid: '2210050',
    verdict: 'logged',
    frames: 12,
    reason: 'No alert; the flow layer kept telemetry. The rule fires only on partial overlap.',
  },
  {
    id: 'udp-malformed-dns',
    title: 'DNS request cut in the middle of a name',
    clause: 'malformed',
    techniques: ['T1071.004'],
    sid: '2240002',
    verdict: 'partial',
    reason: 'Rule 2210045 alerted, which the scenario does not expect; 2240002 did not.',
  },
  {
    id: 'gratuitous-arp',
    title: 'Five ARP replies that nobody asked for',
    clause: 'gratuitous',
    techniques: ['T1557.002'],
    verdict: 'logged',
    frames: 5,
    limits: ['Suricata ships no rule for it: telemetry is all that is asked.'],
  },
  {
    id: 'udp-port-zero',
    title: 'UDP datagram to port 0',
    clause: 'malformed',
    techniques: ['T1001'],
    verdict: 'logged',
  },
  {
    id: 'tcp-null-scan',
    title: 'Segments without any flag',
    clause: 'extraneous',
    techniques: ['T1046'],
    verdict: 'logged',
    frames: 10,
  },
  {
    id: 'icmp-unsolicited-reply',
    title: 'Echo replies to nobody’s request',
    clause: 'gratuitous',
    techniques: ['T1095'],
    verdict: 'logged',
    frames: 4,
  },
  {
    id: 'eth-runt-frame',
    title: 'Ethernet frame shorter than its own header',
    clause: 'malformed',
    techniques: ['T1095'],
    sid: '2200042',
    verdict: 'inconclusive',
    unproven: true,
    frames: 1,
    reason: 'The capture holds 0 of 1 frame: the kernel of the sender dropped it.',
  },
  {
    id: 'vlan-truncated-tag',
    title: '802.1Q tag cut after two bytes',
    clause: 'malformed',
    techniques: ['T1599'],
    sid: '2200066',
    verdict: 'inconclusive',
    unproven: true,
    frames: 1,
  },
  {
    id: 'rare-process',
    title: 'A text editor that opens a connection',
    clause: 'rogue-process',
    techniques: ['T1059.004'],
    sid: '900001',
    verdict: 'not-applicable',
    twin: 'not-applicable',
  },
  {
    id: 'smtp-pipelined',
    title: 'SMTP commands sent before the greeting',
    clause: 'malformed',
    techniques: ['T1071.003'],
    sid: '2220018',
    twin: 'false-alarm',
    alert: 'SURICATA SMTP unexpected early command',
    latencyMs: 1_240,
  },
  {
    id: 'slow-beacon',
    title: 'The same datagram every second, ten times',
    clause: 'gratuitous',
    techniques: ['T1571'],
    sid: '2200075',
    latencyMs: 9_120,
    frames: 10,
  },
  {
    id: 'http-request-line',
    title: 'HTTP request line with a missing version',
    clause: 'malformed',
    techniques: ['T1071.001'],
    sid: '2221014',
  },
]
