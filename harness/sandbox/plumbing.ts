import { InputError, SandboxError } from '../errors.ts'
import type { Container } from './container.ts'
import { Tail } from './tail.ts'

/** The wires to be laid. Process ids are those of the containers' first processes on the engine's host. */
export interface Wiring {
  /** The host's interface that is the network's bridge. */
  bridge: string
  clientPid: number
  serverPid: number
  tapPid: number
  /** An interface of the host that gets a copy of every frame. */
  mirror: string | null
}

/** Reads its script from stdin: it can be started before it is known what is to be done. */
export const plumberCommand = ['sh', '-eu', '-s']

const noMirror = 'TOCSIN: no such interface'

/**
 * Lays the wires and waits until they are laid. Whatever enters the host from an actor goes to the tap (and the mirror) as a
 * copy and then to the other actor, and nowhere else: it never reaches the bridge or the host's own protocols. The
 * actors' kernels do not use ARP, so they are silent and need no neighbour to send to; all they send has a route.
 * @throws InputError when the mirror is no interface of the host; SandboxError with what the tools said.
 */
export async function layWires(plumber: Container, wiring: Wiring): Promise<void> {
  const said = new Tail(plumber.stderr)
  plumber.stdout.resume()
  plumber.stdin.on('error', () => undefined)
  plumber.stdin.end(script(wiring))
  const { code, why } = await plumber.ended
  if (code === 0) return
  await said.ended
  if (said.text().includes(noMirror)) {
    throw new InputError(`sandbox.mirror: "${wiring.mirror}" is no interface of the engine's host`)
  }
  throw new SandboxError(`the sandbox's wires could not be laid, the plumber ${why}:\n${said.text()}`)
}

function script({ bridge, clientPid, serverPid, tapPid, mirror }: Wiring): string {
  const copy = mirror === null ? '' : `action mirred egress mirror dev ${quote(mirror)}`
  return `
# The end on the host of the veth pair whose other end is eth0 of a process's network.
veth() {
  index=$(nsenter -n -t "$1" ip -o link show dev eth0 | sed -n 's/^[0-9]*: eth0@if\\([0-9]*\\):.*/\\1/p')
  ip -o link show | sed -n "s/^$index: \\([^:@]*\\)[:@].*/\\1/p"
}
client=$(veth ${clientPid})
server=$(veth ${serverPid})
tap=$(veth ${tapPid})
for name in "$client" "$server" "$tap"; do
  [ -n "$name" ] || { echo 'no end of a veth pair was found on the host' >&2; exit 1; }
done
${mirror === null ? '' : `ip link show dev ${quote(mirror)} > /dev/null || { echo '${noMirror}' >&2; exit 1; }`}
ip link set dev ${quote(bridge)} down
tc -batch - <<TC
qdisc add dev $client clsact
qdisc add dev $server clsact
filter add dev $client ingress prio 1 protocol all u32 match u32 0 0 action mirred egress mirror dev $tap ${copy} action mirred egress redirect dev $server
filter add dev $server ingress prio 1 protocol all u32 match u32 0 0 action mirred egress mirror dev $tap ${copy} action mirred egress redirect dev $client
TC
for name in "$client" "$server" "$tap"; do
  ip link set dev "$name" addrgenmode none
  ip -6 address flush dev "$name"
done
for pid in ${clientPid} ${serverPid}; do
  nsenter -n -t "$pid" ip -batch - <<IP
link set dev eth0 arp off gso_max_segs 1
route replace default dev eth0
IP
done
nsenter -n -t ${tapPid} ip link set dev eth0 arp off
`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
