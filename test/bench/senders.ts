import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { WireName } from '../../generators/wires/wire.ts'
import type { AgentClient } from '../docker/wire-rig.ts'
import type { Link } from './link.ts'
import type { BenchResult } from './table.ts'

const run = promisify(execFile)

/** One way of sending small frames over the link. */
export interface Sender {
  name: string
  /** Null when it can run; else what to install. */
  lacking(): Promise<string | null>
  /** Sends once and returns frames a second, and how many frames it says it sent; null where it does not count. */
  measure(): Promise<{ rate: number; sent: number | null }>
}

/** One of our wires, asked over the agent's protocol; the agent's own times count, from first to last system call. */
export function wireSender(
  agent: AgentClient,
  wire: WireName,
  frames: readonly Uint8Array[],
  requests: number,
): Sender {
  return {
    name: wire === 'frame' ? 'frame wire (sendmmsg, distinct frames)' : 'ip wire (raw-socket)',
    lacking: async () => null,
    async measure() {
      let milliseconds = 0
      for (let request = 0; request < requests; request++) {
        const { firstAt, lastAt, refused } = await agent.send(wire, frames)
        if (refused.length > 0) throw new Error(`${wire} wire: ${refused.length} frames refused: ${refused[0]?.error}`)
        milliseconds += lastAt - firstAt
      }
      const sent = frames.length * requests
      return { rate: (sent / milliseconds) * 1000, sent }
    },
  }
}

/** tcpreplay as fast as it can, without pauses. Its own figure counts. */
export function tcpreplay(link: Link, capture: string, { loops = 1, preload = false } = {}): Sender {
  const more = preload ? ['--preload-pcap'] : []
  return {
    name: ['tcpreplay --topspeed', ...more].join(' '),
    lacking: () => missing('tcpreplay', ['--version'], 'tcpreplay'),
    async measure() {
      const options = ['--topspeed', ...more, `--loop=${loops}`, '-i', link.sender, capture]
      const { stdout } = await run(...link.enter('tcpreplay', options))
      const [, sent, seconds] = stdout.match(/Actual: (\d+) packets .* sent in ([\d.]+) seconds/) ?? []
      return { rate: Number(sent) / Number(seconds), sent: Number(sent) }
    },
  }
}

/** hping3 tells no rate and knows no end: what arrives in half a second counts, then it is stopped. */
export function hping3(link: Link, destination: string): Sender {
  return {
    name: 'hping3 --flood',
    lacking: () => missing('hping3', ['--version'], 'hping3'),
    async measure() {
      // 22 bytes behind Ethernet, IPv4 and UDP headers make 64
      const options = ['--flood', '--udp', '-q', '-p', '9', '-d', '22', '-I', link.sender, destination]
      const child = spawn(...link.enter('hping3', options), { stdio: 'ignore', timeout: 5000 })
      const ended = once(child, 'exit')
      const before = await arrived(link)
      while ((await arrived(link)).frames === before.frames && child.exitCode === null) await wait(5)
      const from = await arrived(link)
      await wait(500)
      const to = await arrived(link)
      child.kill('SIGINT')
      await ended
      return { rate: ((to.frames - from.frames) / (to.at - from.at)) * 1000, sent: null }
    },
  }
}

/** scapy's sendp with a list of ready packets; the time of the call counts, not that of starting Python. */
export function scapy(link: Link, count: number): Sender {
  const script = [
    'import sys, time',
    'from scapy.all import Ether, IP, UDP, Raw, sendp',
    'interface, destination, count = sys.argv[1], sys.argv[2], int(sys.argv[3])',
    "header = Ether(dst=destination) / IP(src='198.18.0.1', dst='198.18.0.2') / UDP(sport=40000, dport=9)",
    "packets = [header / Raw(i.to_bytes(22, 'big')) for i in range(count)]",
    'start = time.perf_counter()',
    'sendp(packets, iface=interface, verbose=0)',
    'print(time.perf_counter() - start)',
  ].join('\n')
  return {
    name: 'scapy sendp',
    lacking: () => missing(python, ['-c', 'import scapy'], 'python3-scapy'),
    async measure() {
      const { stdout } = await run(...link.enter(python, ['-c', script, link.sender, link.ghostMac, String(count)]))
      return { rate: count / Number(stdout), sent: count }
    },
  }
}

/** Debian's own: python3-scapy is invisible to another Python that may come first in the path. */
const python = '/usr/bin/python3'

/** Frames that have come out at the far end of the link, and when that was read, in milliseconds. */
export async function arrived(link: Link): Promise<{ frames: number; at: number }> {
  const table = await readFile(`/proc/${link.receiverPid}/net/dev`, 'utf8')
  const columns =
    table
      .match(new RegExp(`${link.receiver}:(.*)`))?.[1]
      ?.trim()
      .split(/\s+/) ?? []
  return { frames: Number(columns[1]), at: performance.now() }
}

/** Lets senders take turns, and notes where not all arrived that was sent. Those that are not installed are left out and named. */
export async function takeTurns(
  link: Link,
  senders: readonly Sender[],
  rounds: number,
): Promise<Pick<BenchResult, 'rows' | 'notes'>> {
  const notes: string[] = []
  const rows: { name: string; samples: number[]; sender: Sender }[] = []
  for (const sender of senders) {
    const lack = await sender.lacking()
    if (lack) notes.push(`${sender.name} is left out: not installed (${lack})`)
    else rows.push({ name: sender.name, samples: [], sender })
  }
  for (let round = 1; round <= rounds; round++) {
    for (const { name, samples, sender } of rows) {
      const before = await arrived(link)
      const { rate, sent } = await sender.measure()
      const came = (await arrived(link)).frames - before.frames
      if (sent !== null && came !== sent) notes.push(`${name}, round ${round}: ${sent} sent, ${came} arrived`)
      samples.push(rate)
    }
  }
  return { rows, notes }
}

async function missing(command: string, probe: string[], debian: string): Promise<string | null> {
  try {
    await run(command, probe)
    return null
  } catch {
    return `apt-get install ${debian}`
  }
}
