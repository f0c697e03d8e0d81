import { readFile } from 'node:fs/promises'
import { arch, availableParallelism, release, totalmem } from 'node:os'
import type { DoctorLine } from './doctor.ts'
import { pathExists } from './host.ts'

/** Bits of the kernel's capability masks, capabilities(7), of those that matter to a user's own engine and sandbox. */
const capabilities = { NET_ADMIN: 12, NET_RAW: 13, SYS_PTRACE: 19, SYS_ADMIN: 21 } as const

/** What the kernel is and lets us do, as far as it can be read without trying. */
export async function readFacts(): Promise<DoctorLine[]> {
  const gibibytes = (totalmem() / 2 ** 30).toFixed(1)
  const isUnified = await pathExists('/sys/fs/cgroup/cgroup.controllers')
  return [
    fact('kernel', 'Kernel', `${release()} ${arch()}, ${availableParallelism()} processors, ${gibibytes} GiB`),
    fact('cgroup', 'Control groups', isUnified ? 'version 2' : 'version 1'),
    fact('bridge', 'Bridge filter', await bridgeFilter()),
    fact('capabilities', 'Capabilities', await effectiveCapabilities()),
  ]
}

function fact(name: string, title: string, detail: string): DoctorLine {
  return { name, title, why: '', for: [], ok: null, detail, get: null }
}

/** With this on, the host's firewall sees, and may drop, frames on a bridge. The sandbox's wires do not go over one. */
async function bridgeFilter(): Promise<string> {
  const value = await readFile('/proc/sys/net/bridge/bridge-nf-call-iptables', 'utf8').catch(() => null)
  if (value === null) return 'not loaded'
  return value.trim() === '1' ? 'on: iptables sees bridged frames' : 'off'
}

async function effectiveCapabilities(): Promise<string> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const mask = /^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1]
  if (!mask) return 'unknown'
  const bits = BigInt(`0x${mask}`)
  const held = Object.entries(capabilities).flatMap(([name, bit]) => ((bits >> BigInt(bit)) & 1n ? [name] : []))
  return held.length > 0 ? held.join(' ') : 'none of NET_ADMIN NET_RAW SYS_PTRACE SYS_ADMIN'
}
