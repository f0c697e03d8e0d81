import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Rig, Started } from '../docker/wire-rig.ts'

const run = promisify(execFile)

/** A veth pair between the network namespaces of two containers that have no other network. */
export interface Link {
  /** The container whose namespace the sending end is in. */
  senderContainer: string
  /** Interface names in their namespaces. */
  sender: string
  receiver: string
  receiverPid: number
  /** A MAC that no interface has: the receiving kernel drops the frames at once, the same for every sender. */
  ghostMac: string
  ghostIpv4: string
  /** Command and arguments that run something in the sender's namespace. */
  enter(command: string, options: string[]): [string, string[]]
}

/**
 * Makes the link. It goes away with the rig's containers. Wants root on the machine that the engine runs on, nsenter and ip.
 */
export async function makeLink(rig: Rig, image: string): Promise<Link> {
  const [near, far] = [await holder(rig, image), await holder(rig, image)]
  const [nearPid, farPid] = [await pidOf(rig, near), await pidOf(rig, far)]
  const enter =
    (pid: number) =>
    (command: string, options: string[]): [string, string[]] => [
      'nsenter',
      ['-t', String(pid), '-n', command, ...options],
    ]
  const link: Link = {
    senderContainer: near.id,
    sender: 'bench0',
    receiver: 'bench1',
    receiverPid: farPid,
    ghostMac: '02:74:6f:63:00:02',
    ghostIpv4: '198.18.0.2',
    enter: enter(nearPid),
  }
  const ip = (pid: number, options: string) => run(...enter(pid)('ip', options.split(' ')))
  await ip(nearPid, `link add ${link.sender} type veth peer name ${link.receiver} netns ${farPid}`)
  for (const [pid, name] of [
    [nearPid, link.sender],
    [farPid, link.receiver],
  ] as const) {
    await ip(pid, `link set ${name} addrgenmode none`)
    await ip(pid, `link set ${name} up`)
  }
  await ip(nearPid, `addr add 198.18.0.1/24 dev ${link.sender}`)
  await ip(nearPid, `neigh replace ${link.ghostIpv4} lladdr ${link.ghostMac} dev ${link.sender} nud permanent`)
  return link
}

function holder(rig: Rig, image: string): Promise<Started> {
  return rig.start(image, ['sleep', '600'], { CapAdd: [], NetworkMode: 'none', Init: true })
}

async function pidOf(rig: Rig, { id }: Started): Promise<number> {
  return (await rig.docker.getContainer(id).inspect()).State.Pid
}
