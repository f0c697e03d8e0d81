import t from 'tap'
import { communityId } from '../../../harness/attribution/community-id.ts'
import { packetAddresses } from '../../../harness/attribution/packet-addresses.ts'
import { eveLines, sampleTrials } from '../monitors/suricata-sample.ts'

/** From the examples of the specification. */
const vectors: [string, string, number, number, number, string][] = [
  ['128.232.110.120', '66.35.250.204', 6, 34855, 80, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['66.35.250.204', '128.232.110.120', 6, 80, 34855, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['192.168.1.52', '8.8.8.8', 17, 54585, 53, '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  ['8.8.8.8', '192.168.1.52', 17, 53, 54585, '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
]

t.test('the specification’s examples come out', async (t) => {
  for (const [source, destination, protocol, from, to, expected] of vectors)
    t.equal(communityId({ source, destination, protocol, ports: { source: from, destination: to } }), expected)
})

t.test('the frames of a trial give the community ids that Suricata gives them', async (t) => {
  const frames = sampleTrials.flatMap((trial) => trial.frames)
  // Of an ICMP type that nothing answers, Suricata 7 takes 0 where the specification takes the code.
  const records = eveLines
    .map((line) => JSON.parse(line))
    .filter((record) => record.community_id && record.pcap_cnt && record.icmp_type !== 200)
  t.ok(records.length > 20)
  for (const { pcap_cnt, community_id, proto } of records) {
    const ids = packetAddresses(frames[pcap_cnt - 1] as Uint8Array)
      .flows.filter(({ protocol }) => protocol !== null)
      .map((flow) => communityId({ ...flow, protocol: flow.protocol as number }))
    t.ok(ids.includes(community_id), `${proto} in frame ${pcap_cnt}`)
  }
})
