import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generators } from '../../generators/registry.ts'
import { decodeStack } from '../../generators/packets/stack.ts'
import { conversationToPcap } from '../../generators/wires/pcap-file.ts'
import { exampleTrials } from '../../harness/commands/show.ts'
import { makeConversation, playsProcess } from '../../harness/plan/conversation.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { root, tocsin } from '../cli/tocsin.ts'
import { withFolder } from './command-line.ts'
import { type BenchResult, median } from './table.ts'

const folder = join(root, 'scenarios')
const rounds = 5
const commandRounds = 3
const scapyRounds = 2
/** Milliseconds for all pcaps of the library. */
const longest = 5000
/** Debian's own: python3-scapy is invisible to another Python that may come first in the path. */
const python = '/usr/bin/python3'
const run = promisify(execFile)

/** The whole library, every case with its benign twin, from YAML to pcaps, beside scapy building as many packets alike. */
export async function benchRender(): Promise<BenchResult> {
  const loading: number[] = []
  const rendering: number[] = []
  let pcaps = 0
  let bytes = 0
  for (let round = 1; round <= rounds; round++) {
    const start = performance.now()
    // Rendering itself finds what is wrong with packets.
    const library = loadLibrary(folder, generators, 'parameters')
    const loaded = performance.now()
    const rendered = library
      .flatMap((scenario) => exampleTrials(scenario))
      .filter((trial) => !playsProcess(trial, generators))
      .map((trial) => conversationToPcap(makeConversation(trial, generators, folder), 0).length)
    loading.push(loaded - start)
    rendering.push(performance.now() - loaded)
    pcaps = rendered.length
    bytes = rendered.reduce((sum, length) => sum + length, 0)
  }
  const commands: number[] = []
  await withFolder(async (cwd) => {
    for (let round = 1; round <= commandRounds; round++) {
      const start = performance.now()
      const { code, stderr } = await tocsin(['render', '--all', '-o', 'pcaps', '--scenarios', folder], { cwd })
      if (code !== 0) throw new Error(`tocsin render --all ended with ${code}:\n${stderr}`)
      commands.push(performance.now() - start)
    }
  })
  const packets = packetsOfLibrary()
  const scapy = await withScapy(packets)
  const name = `rendering ${pcaps} pcaps, ${packets.length.toLocaleString('en')} packets, ${(bytes / 1e6).toFixed(1)} MB`
  const whole = median(loading) + median(rendering)
  return {
    title: 'The whole library as pcaps',
    unit: 'ms',
    rows: [
      { name: 'reading and checking every file', samples: loading },
      { name, samples: rendering },
      { name: 'tocsin render --all, in a process of its own', samples: commands },
      ...(scapy === null ? [] : [{ name: 'scapy: as many packets, same transport and size', samples: scapy }]),
    ],
    ...(scapy === null ? {} : { baseline: 'scapy: as many packets, same transport and size' }),
    notes: [
      'in one process, which gets faster from round to round; the time that Python and scapy take to start is left out',
      ...(scapy === null ? ['scapy is left out: not installed (python3-scapy)'] : []),
    ],
    requirements: [
      { text: `the library is read and rendered in under ${longest / 1000} s`, met: whole < longest },
      { text: `tocsin render --all takes under ${longest / 1000} s`, met: median(commands) < longest },
      { text: 'rendering takes less time than scapy', met: scapy === null ? null : median(rendering) < median(scapy) },
    ],
  }
}

/** Transport of a packet, and how many bytes it carries. */
type Shape = [transport: string, payload: number]

const transports = ['tcp', 'udp', 'icmp', 'arp']
/** Ethernet and the smallest headers of IPv4 and TCP. */
const headers = 54

function packetsOfLibrary(): Shape[] {
  return loadLibrary(folder, generators, 'parameters')
    .flatMap(exampleTrials)
    .filter((trial) => !playsProcess(trial, generators))
    .flatMap((trial) => [...makeConversation(trial, generators, folder).frames])
    .map((frame): Shape => {
      const found = decodeStack(frame.bytes).find(({ layer }) => transports.includes(layer))
      return [found?.layer ?? 'ip', Math.max(0, frame.bytes.length - headers)]
    })
}

const script = `
import json, sys, time
from scapy.all import ARP, Ether, ICMP, IP, Raw, TCP, UDP
shapes = json.load(sys.stdin)
make = {
    'tcp': lambda number: IP(src='198.18.0.1', dst='198.18.0.2', id=number) / TCP(sport=40000, dport=7777, seq=number),
    'udp': lambda number: IP(src='198.18.0.1', dst='198.18.0.2', id=number) / UDP(sport=40000, dport=7777),
    'icmp': lambda number: IP(src='198.18.0.1', dst='198.18.0.2', id=number) / ICMP(seq=number),
    'arp': lambda number: ARP(psrc='198.18.0.1', pdst='198.18.0.2'),
    'ip': lambda number: IP(src='198.18.0.1', dst='198.18.0.2', id=number),
}
times = []
for round in range(${scapyRounds}):
    start = time.perf_counter()
    for number, (transport, size) in enumerate(shapes):
        bytes(Ether() / make[transport](number & 0xffff) / Raw(b'x' * size))
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps(times))
`

/** Milliseconds of each round; null where scapy is not installed. */
async function withScapy(shapes: readonly Shape[]): Promise<number[] | null> {
  const installed = await run(python, ['-c', 'import scapy']).then(
    () => true,
    () => false,
  )
  if (!installed) return null
  const building = run(python, ['-c', script])
  building.child.stdin?.end(JSON.stringify(shapes))
  return JSON.parse((await building).stdout) as number[]
}
