import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentInterface } from './protocol.ts'

/**
 * Reads an interface's facts as sysfs shows them for the network namespace of this process.
 * @param name absent: the first one that is not the loopback
 * @param folder where sysfs lists interfaces
 * @throws Error naming the interface when it is not there
 */
export function readInterface(name?: string, folder = '/sys/class/net'): AgentInterface {
  const present = readdirSync(folder)
    .filter((entry) => entry !== 'lo')
    .sort()
  const chosen = name ?? present[0]
  if (chosen === undefined || !present.includes(chosen)) {
    throw new Error(`no network interface ${chosen ?? 'but the loopback'}; there are: ${present.join(', ') || 'none'}`)
  }
  const read = (file: string) => readFileSync(join(folder, chosen, file), 'utf8').trim()
  return {
    name: chosen,
    index: Number(read('ifindex')),
    link: Number(read('iflink')),
    mac: read('address'),
    mtu: Number(read('mtu')),
  }
}
