import { join, posix } from 'node:path'
import { framesName } from '../../generators/agent/protocol.ts'
import type { ContainerSpec, Mount } from './container.ts'
import { plumberCommand } from './plumbing.ts'
import { tapCommand } from './tap.ts'

/** A container without what names it. */
export type Unnamed = Omit<ContainerSpec, 'name' | 'labels'>

const mebibyte = 1024 * 1024

/**
 * Both actors run on one processor: a frame waits in the queue of the processor that sent it, and two queues are
 * emptied in any order, so an answer could reach the tap before its question.
 */
const actorProcessor = '0'

/** Where an actor sees the folder with its frames and the socket to us. */
export const agentChannelTarget = '/run/tocsin'

/** In the folder nothing can be made or removed; the one file may be written to, since the kernel sends only from such memory. */
export function agentChannelMounts(channel: string): Mount[] {
  return [
    { source: channel, target: agentChannelTarget, readOnly: true },
    { source: join(channel, framesName), target: posix.join(agentChannelTarget, framesName) },
  ]
}

/**
 * Sends what it is given, and may do nothing else. Memory is for floods: half a million small frames in one request.
 * @param channel folder on the host with its frames and the socket to us
 */
export function actorSpec(image: string, network: string, channel: string): Unnamed {
  const command = ['node', '--max-old-space-size=384', 'generators/agent/agent.js', 'eth0', agentChannelTarget]
  const mounts = agentChannelMounts(channel)
  const limits = { memoryBytes: 768 * mebibyte, pids: 64, processors: actorProcessor }
  return { image, command, network, capabilities: ['NET_RAW'], mounts, ...limits }
}

/** Captures what is on the wires. Its only interface is the one that the plumber makes. */
export function tapSpec(image: string): Unnamed {
  return {
    image,
    command: tapCommand,
    network: 'none',
    capabilities: ['NET_RAW'],
    memoryBytes: 256 * mebibyte,
    pids: 16,
  }
}

/**
 * Lives for as long as it takes to lay the wires: on the host's network, with NET_ADMIN for links and filters, SYS_ADMIN to
 * enter other network namespaces and to mount, and SYS_PTRACE to find them. Profiles of AppArmor and SELinux forbid some
 * of this whatever the capabilities say.
 */
export function plumberSpec(image: string): Unnamed {
  return {
    image,
    command: plumberCommand,
    network: 'host',
    pid: 'host',
    capabilities: ['NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE'],
    security: ['apparmor=unconfined', 'label=disable'],
    memoryBytes: 64 * mebibyte,
    pids: 64,
  }
}

/**
 * Runs performances, each as a user of its own: SETUID and SETGID make it that user, NET_RAW is for those that ask for it.
 * Programs may lie wherever malware likes to.
 */
export function stageSpec(image: string, network: string): Unnamed {
  const open = 'size=64m,mode=1777,exec,nosuid'
  return {
    image,
    command: ['python3', '-B', '/opt/tocsin/stage.py'],
    network,
    capabilities: ['SETUID', 'SETGID', 'NET_RAW'],
    memoryBytes: 512 * mebibyte,
    pids: 512,
    tmpfs: {
      '/stage': open,
      '/tmp': open,
      '/var/tmp': open,
      '/dev/shm': open,
      '/usr/local/bin': open,
      '/var/www': open,
    },
  }
}

/** Answers performances; NET_RAW is for ICMP. */
export function listenerSpec(image: string, network: string): Unnamed {
  return {
    image,
    command: ['python3', '-B', '/opt/tocsin/listener.py'],
    network,
    capabilities: ['NET_RAW'],
    memoryBytes: 128 * mebibyte,
    pids: 256,
  }
}

/** Looks at the stage's processes in the host's /proc, which takes the rights of a debugger. It changes nothing. */
export function witnessSpec(image: string, stagePid: number): Unnamed {
  return {
    image,
    command: ['python3', '-B', '/opt/tocsin/witness.py', String(stagePid)],
    network: 'none',
    pid: 'host',
    capabilities: ['SYS_PTRACE', 'DAC_READ_SEARCH'],
    security: ['apparmor=unconfined', 'label=disable'],
    memoryBytes: 128 * mebibyte,
    pids: 128,
  }
}
