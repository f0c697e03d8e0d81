import { InputError, SandboxError } from '../errors.ts'
import type { Container } from './container.ts'
import { Tail } from './tail.ts'

/** What all wires of a sandbox have in common. */
export interface SandboxWires {
  /** The host's interface that is the network's bridge. */
  bridge: string
  /** What the host's end of the tap's wire is to be called, at most 15 letters, digits and hyphens. */
  tapName: string
  /** An interface of the host that gets a copy of every frame. */
  mirror: string | null
}

/** The wires to be laid. Process ids are those of the containers' first processes on the engine's host. */
export interface Wiring extends SandboxWires {
  clientPid: number
  serverPid: number
  tapPid: number
}

/** Reads its script from stdin: it can be started before it is known what is to be done. */
export const plumberCommand = ['sh', '-eu', '-s']

/** Bytes; more than any actor can send, so that no frame is too long for the tap. */
const tapMtu = 9000
const noMirror = 'TOCSIN: no such interface'

/**
 * Lays the wires and waits until they are laid. Whatever enters the host from an actor goes to the tap (and the mirror) as a
 * copy and then to the other actor, and nowhere else: it never reaches the bridge or the host's own protocols. The
 * actors' kernels do not use ARP, so they are silent and need no neighbour to send to; all they send has a route.
 * @throws InputError when the mirror is no interface of the host; SandboxError with what the tools said.
 */
export function layWires(plumber: Container, wiring: Wiring): Promise<void> {
  return plumb(plumber, tapScript(wiring) + wireScript(wiring), wiring.mirror)
}

/** Lays the actors' wires anew after one of them was replaced; the tap's stays. @throws SandboxError as `layWires` does. */
export function relayWires(plumber: Container, wiring: Wiring): Promise<void> {
  return plumb(plumber, prelude + wireScript(wiring), wiring.mirror)
}

/** The script for a further pair of containers on wires of their own, to the same tap. */
export function pairScript(wires: SandboxWires, [clientPid, serverPid]: readonly [number, number]): string {
  return prelude + wireScript({ ...wires, clientPid, serverPid })
}

/** Has a plumber do what a script says. @throws InputError, SandboxError as `layWires` does. */
export async function plumb(plumber: Container, script: string, mirror: string | null): Promise<void> {
  const said = new Tail(plumber.stderr)
  plumber.stdout.resume()
  plumber.stdin.on('error', () => undefined)
  plumber.stdin.end(script)
  const { code, why } = await plumber.ended
  if (code === 0) return
  await said.ended
  if (said.text().includes(noMirror)) {
    throw new InputError(`sandbox.mirror: "${mirror}" is no interface of the engine's host`)
  }
  throw new SandboxError(`the sandbox's wires could not be laid, the plumber ${why}:\n${said.text()}`)
}

const prelude = `
# Docker shows the settings of the network read-only; a second view of them can be written to.
mount -t proc proc /mnt || true
no_ipv6() {
  setting=/mnt/sys/net/ipv6/conf/$1/disable_ipv6
  [ ! -w "$setting" ] || echo 1 > "$setting"
}
`

/** The tap's wire is made here, not by Docker, so that no kernel ever says a word on it. */
function tapScript({ tapPid, tapName, mirror }: Wiring): string {
  return `
${mirror === null ? '' : `ip link show dev ${quote(mirror)} > /dev/null || { echo '${noMirror}' >&2; exit 1; }`}
${prelude}
nsenter -n -t ${tapPid} sh -c 'f=/mnt/sys/net/ipv6/conf/default/disable_ipv6; [ ! -w $f ] || echo 1 > $f'
ip link add ${tapName} mtu ${tapMtu} type veth peer name eth0 mtu ${tapMtu} netns ${tapPid}
no_ipv6 ${tapName}
ip link set dev ${tapName} addrgenmode none 2> /dev/null || true
ip link set dev ${tapName} arp off up
nsenter -n -t ${tapPid} ip link set dev eth0 arp off up
`
}

function wireScript({ bridge, clientPid, serverPid, tapName, mirror }: Omit<Wiring, 'tapPid'>): string {
  const copy = mirror === null ? '' : `action mirred egress mirror dev ${quote(mirror)}`
  const toTap = `action mirred egress mirror dev ${tapName} ${copy} action mirred egress redirect dev`
  // Four bytes before the network header are always there; after it, a short frame may have fewer, and would not match.
  const everything = 'ingress prio 1 protocol all u32 match u32 0 0 at -4'
  return `
# The end on the host of the veth pair whose other end is eth0 of a process's network.
veth() {
  index=$(nsenter -n -t "$1" ip -o link show dev eth0 | sed -n 's/^[0-9]*: eth0@if\\([0-9]*\\):.*/\\1/p')
  ip -o link show | sed -n "s/^$index: \\([^:@]*\\)[:@].*/\\1/p"
}
client=$(veth ${clientPid})
server=$(veth ${serverPid})
[ -n "$client" ] && [ -n "$server" ] || { echo 'no end of a veth pair was found on the host' >&2; exit 1; }
no_ipv6 "$client"
no_ipv6 "$server"
ip link set dev ${quote(bridge)} down
for name in "$client" "$server"; do
  # A side that stayed has filters that lead to the one that is gone.
  tc qdisc del dev "$name" clsact 2> /dev/null || true
done
tc -batch - <<TC
qdisc add dev $client clsact
qdisc add dev $server clsact
filter add dev $client ${everything} ${toTap} $server
filter add dev $server ${everything} ${toTap} $client
TC
for pid in ${clientPid} ${serverPid}; do
  nsenter -n -t "$pid" ip -batch - <<IP
link set dev eth0 arp off gso_max_segs 1
route replace default dev eth0
IP
done
`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
