import type Docker from 'dockerode'
import { InputError, SandboxError, SetupError } from '../errors.ts'
import { isStatus, reason } from './engine-error.ts'
import { answered } from './patience.ts'
import { kernelAddresses, otherSubnets } from './subnets.ts'

/** The sandbox's own network on the engine. */
export interface Network {
  id: string
  name: string
  /** The IPv4 network it really got, `198.18.16.0/20`. */
  subnet: string
  /** The interface of the host that is its bridge. */
  bridge: string
  remove: () => Promise<void>
}

/**
 * Creates an internal bridge network. When the subnet is taken and lies in 198.18.0.0/15, the next free one of its
 * size in there is used: creating it is what reserves it, so that campaigns that start at once do not collide.
 * The engine's own addresses (gateway, containers) are the first eight of the subnet; the rest is free for trials.
 * @throws InputError when the subnet is none, or is taken and lies elsewhere; SetupError when all are taken.
 */
export async function createNetwork(
  docker: Docker,
  options: { name: string; subnet: string; labels: Record<string, string>; signal: AbortSignal },
): Promise<Network> {
  const kernel = kernelAddresses(options.subnet)
  if (kernel === null) throw new InputError(`sandbox.subnet: "${options.subnet}" is no IPv4 network of /8 to /27`)
  const alternatives = otherSubnets(options.subnet)
  for (const subnet of [options.subnet, ...alternatives]) {
    options.signal.throwIfAborted()
    const made = await create(docker, { ...options, subnet })
    if (made) return made
  }
  if (alternatives.length === 0) {
    throw new InputError(
      `sandbox.subnet: ${options.subnet} overlaps a network that the engine already has; choose another one`,
    )
  }
  throw new SetupError(
    `every network of the size of ${options.subnet} in 198.18.0.0/15 is taken on this engine; remove leftovers with: tocsin sweep`,
  )
}

/** Removes a network; nothing happens when it is gone. @throws SandboxError when the engine cannot. */
export async function removeNetwork(docker: Docker, id: string): Promise<void> {
  try {
    await answered(docker.getNetwork(id).remove())
  } catch (error) {
    if (isStatus(error, 404)) return
    throw new SandboxError(`network ${id.slice(0, 12)} could not be removed: ${reason(error)}`, { cause: error })
  }
}

async function create(
  docker: Docker,
  { name, subnet, labels }: { name: string; subnet: string; labels: Record<string, string> },
): Promise<Network | null> {
  const kernel = kernelAddresses(subnet)
  if (kernel === null) return null
  try {
    const { id } = await docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      Internal: true,
      EnableIPv6: false,
      Labels: labels,
      IPAM: { Driver: 'default', Config: [{ Subnet: subnet, IPRange: kernel.range, Gateway: kernel.gateway }] },
      Options: {
        'com.docker.network.bridge.inhibit_ipv4': 'true',
        'com.docker.network.bridge.enable_ip_masquerade': 'false',
        'com.docker.network.driver.mtu': '1500',
      },
    })
    return { id, name, subnet, bridge: `br-${id.slice(0, 12)}`, remove: () => removeNetwork(docker, id) }
  } catch (error) {
    if (/overlap/i.test(reason(error))) return null
    throw new SandboxError(`network ${name} (${subnet}) could not be created: ${reason(error)}`, { cause: error })
  }
}
