import { engineAddress, probeEngine } from './engine-probe.ts'
import { findProgram, type Host } from './host.ts'
import { type ActionStep, type Found, found, type Need } from './need.ts'
import { startCommand, startEngine } from './start-engine.ts'

/** A Docker engine that answers. */
export function engineNeed(host: Host): Need {
  return {
    name: 'engine',
    title: 'Docker engine',
    why: 'the sandbox is made of containers',
    for: ['run', 'test', 'bench'],
    find: (signal) => findEngine(host, signal),
  }
}

async function findEngine(host: Host, signal: AbortSignal): Promise<Found> {
  const address = engineAddress(host)
  const engine = await probeEngine(address, signal)
  switch (engine.state) {
    case 'running':
      return found(`${engine.version} at ${address.title}`)
    case 'denied': {
      const text = `this user may not use ${address.title}: sudo usermod -aG docker "$USER", then log in again`
      return { ok: false, detail: 'running, but not for this user', steps: [{ kind: 'advice', text }] }
    }
    case 'silent':
      return address.isOwn ? findStopped(host) : elsewhere(address.title, engine.reason)
    default:
      return engine satisfies never
  }
}

function elsewhere(title: string, reason: string): Found {
  const text = `nothing answers at DOCKER_HOST=${title} (${reason}): start that engine, or unset DOCKER_HOST`
  return { ok: false, detail: `no engine at ${title}: ${reason}`, steps: [{ kind: 'advice', text }] }
}

async function findStopped(host: Host): Promise<Found> {
  const start: ActionStep = {
    kind: 'action',
    title: 'start the Docker engine',
    command: await startCommand(host),
    needsRoot: true,
    run: (progress, signal) => startEngine(host, progress, signal),
  }
  const daemon = await findProgram(host, 'dockerd')
  if (daemon) return { ok: false, detail: `installed (${daemon}), not running`, steps: [start] }
  const client = await findProgram(host, 'docker')
  const detail = client ? `a docker client is there (${client}), but no engine` : 'missing'
  return { ok: false, detail, steps: [{ kind: 'packages', packages: ['docker.io'] }, start] }
}
