import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { internetChecksum } from '../../generators/packets/checksum.ts'
import { writePcap } from '../../generators/wires/pcap-file.ts'
import { AgentClient, Rig } from '../docker/wire-rig.ts'
import { type Link, makeLink } from './link.ts'
import { hping3, scapy, takeTurns, tcpreplay, wireSender } from './senders.ts'
import { type BenchResult, median } from './table.ts'

const rounds = 5
const distinct = 100_000
const loops = 5

/**
 * Small frames a second over one veth pair: both wires, sending as the harness has them send, beside three known tools.
 * The senders take turns. Wants root and a Docker engine on this machine; tools that are not installed are left out and named.
 */
export async function benchWires(): Promise<BenchResult> {
  await using rig = new Rig()
  const { actor: image } = await rig.images()
  const link = await makeLink(rig, image)
  const container = await rig.start(image, null, {
    CapAdd: ['NET_RAW'],
    NetworkMode: `container:${link.senderContainer}`,
  })
  const agent = await AgentClient.on(container)
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-bench-'))
  try {
    const frames = Array.from({ length: distinct }, (_, number) => smallFrame(link, number))
    const capture = join(folder, 'frames.pcap')
    await writeFile(capture, writePcap(frames.map((bytes, index) => ({ at: BigInt(index) * 1000n, bytes }))))
    const baseline = tcpreplay(link, capture, { loops })
    const preloaded = tcpreplay(link, capture, { loops, preload: true })
    const frameWire = wireSender(agent, 'frame', frames, loops)
    const senders = [
      frameWire,
      wireSender(agent, 'ip', frames.slice(0, 20_000), 1),
      baseline,
      preloaded,
      hping3(link, link.ghostIpv4),
      scapy(link, 500),
    ]
    const { rows, notes } = await takeTurns(link, senders, rounds)
    const of = (name: string) => median(rows.find((row) => row.name === name)?.samples ?? [])
    const [ratio, beside] = [baseline, preloaded].map((sender) => of(frameWire.name) / of(sender.name)) as [
      number,
      number,
    ]
    return {
      title: 'Frames of 64 bytes over one veth pair',
      unit: 'frames/s',
      rows,
      baseline: baseline.name,
      notes: [
        ...notes,
        `${beside.toPrecision(3)} times tcpreplay --preload-pcap, which reads the file before its clock starts`,
      ],
      requirements: [
        {
          text: `the frame wire sends at least 3 times as fast as tcpreplay --topspeed (${ratio.toPrecision(3)})`,
          met: Number.isNaN(ratio) ? null : ratio >= 3,
        },
      ],
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Ethernet, IPv4 and UDP from 198.18.0.1:40000 to the ghost's port 9, with a number that makes it distinct. */
function smallFrame(link: Link, number: number): Uint8Array {
  const bytes = Buffer.alloc(64)
  bytes.write(`${link.ghostMac.replaceAll(':', '')}02746f6300010800`, 'hex')
  bytes.write('45000032000140004011', 14, 'hex')
  bytes.set([198, 18, 0, 1, ...link.ghostIpv4.split('.').map(Number)], 26)
  bytes.writeUInt16BE(internetChecksum(bytes, 14, 34), 24)
  bytes.write('9c400009001e0000', 34, 'hex')
  bytes.writeUInt32BE(number, 42)
  return new Uint8Array(bytes)
}
