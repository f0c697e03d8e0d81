import type { Identity } from '../../generators/identity.ts'
import type { Container } from './container.ts'
import { pairScript, plumb, type SandboxWires } from './plumbing.ts'

/** What the wires between stage and listener are laid with. Process ids are those of first processes on the engine's host. */
export interface StageWiring extends SandboxWires {
  stagePid: number
  listenerPid: number
  identities: readonly Pick<Identity, 'client' | 'server'>[]
}

/**
 * Lays wires like the actors', and gives both kernels the addresses of the trials: a process that speaks to a trial's
 * server does so from the trial's client address. Neighbours are fixed, as neither kernel uses ARP.
 * @throws SandboxError with what the tools said
 */
export function layStageWires(plumber: Container, wiring: StageWiring): Promise<void> {
  return plumb(
    plumber,
    pairScript(wiring, [wiring.stagePid, wiring.listenerPid]) + addressScript(wiring),
    wiring.mirror,
  )
}

function addressScript({ stagePid, listenerPid, identities }: StageWiring): string {
  const pairs = [...new Map(identities.map(({ client, server }) => [server.ipv4, client.ipv4]))]
  return `
fact() {
  nsenter -n -t "$1" ip -o "$2" show dev eth0 | sed -n "s/$3/\\1/p" | head -n 1
}
mac='.*link.ether \\([0-9a-f:]*\\).*'
own='.*inet \\([0-9.]*\\).*'
stage_mac=$(fact ${stagePid} link "$mac")
listener_mac=$(fact ${listenerPid} link "$mac")
stage_address=$(fact ${stagePid} addr "$own")
listener_address=$(fact ${listenerPid} addr "$own")
[ -n "$stage_mac" ] && [ -n "$listener_mac" ] && [ -n "$stage_address" ] && [ -n "$listener_address" ]
nsenter -n -t ${stagePid} ip -batch - <<IP
neigh replace $listener_address lladdr $listener_mac nud permanent dev eth0
${pairs.map(([server, client]) => `address replace ${client}/32 dev eth0\nroute replace ${server}/32 via $listener_address dev eth0 src ${client}`).join('\n')}
IP
nsenter -n -t ${listenerPid} ip -batch - <<IP
neigh replace $stage_address lladdr $stage_mac nud permanent dev eth0
${pairs.map(([server, client]) => `address replace ${server}/32 dev eth0\nroute replace ${client}/32 via $stage_address dev eth0 src ${server}`).join('\n')}
IP
# Echo requests are the listener's program's to answer, when the witness has looked.
nsenter -n -t ${listenerPid} sh -c 'echo 1 > /mnt/sys/net/ipv4/icmp_echo_ignore_all'
# Ports below 1024 need no right there.
nsenter -n -t ${listenerPid} sh -c 'echo 0 > /mnt/sys/net/ipv4/ip_unprivileged_port_start'
`
}
