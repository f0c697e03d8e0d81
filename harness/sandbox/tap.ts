import { SandboxError } from '../errors.ts'
import type { Container } from './container.ts'
import { Tail } from './tail.ts'

/** Longest frame that is captured whole, bytes: the network's MTU with Ethernet header and VLAN tags is below. */
const snapshot = 2048
/** KiB that the kernel keeps for the capture: frames of a flood that tcpdump has yet to write. */
const kernelBuffer = 65_536

/**
 * The tap's one process: tcpdump, once a line on stdin says that the wires are laid, so that nothing is captured
 * before. `--immediate-mode` and `-U` hand over every frame at once; `-Z root` keeps tcpdump from changing its user,
 * which the dropped capabilities forbid.
 */
export const tapCommand = [
  'sh',
  '-c',
  `read -r go && exec tcpdump -i eth0 -n -Z root --immediate-mode -U -s ${snapshot} -B ${kernelBuffer} -w -`,
]

/**
 * Starts the capture and waits until tcpdump listens. The container's stdout is then a pcap stream.
 * @throws SandboxError when it ends before.
 */
export function startTap(container: Container): Promise<void> {
  return new Promise((resolve, reject) => {
    const onLine = (line: string) => {
      if (line.includes('listening on')) resolve()
    }
    const said = new Tail(container.stderr, { onLine })
    container.stdin.on('error', () => undefined)
    container.stdin.write('go\n')
    void container.ended.then(async ({ why }) => {
      await said.ended
      reject(new SandboxError(`the tap ${why}: ${said.text()}`))
    })
  })
}
