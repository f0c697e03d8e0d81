import { aptCommand, installPackages } from './apt.ts'
import { SetupError } from '../errors.ts'
import { engineAddress, probeEngine } from './engine-probe.ts'
import { findProgram, type Host, readDistribution } from './host.ts'
import { type Found, found, type Need, type Progress } from './need.ts'

/** What the set-up must know of the sandbox's images. The engine answers whenever one of these is called. */
export interface Images {
  /** Name of the image that the others are built on, `debian:trixie-slim`. */
  base: string
  /** Tags that are not in the engine. Asks the engine only. */
  missing: (signal: AbortSignal) => Promise<string[]>
  /** Whether the base image is in the engine. */
  hasBase: (signal: AbortSignal) => Promise<boolean>
  /** Pulls the base image. False when no registry gives it. */
  pullBase: (progress: (line: string) => void, signal: AbortSignal) => Promise<boolean>
  /**
   * Whether a sensor could watch processes, and if not, why; null when the images are not there to ask with. Changes nothing.
   */
  audit: (signal: AbortSignal) => Promise<{ ok: boolean; detail: string } | null>
  /** The same for bpftrace, which tells more of processes than the audit does. */
  bpf: (signal: AbortSignal) => Promise<{ ok: boolean; detail: string } | null>
  /** Builds what is missing; makes the base image with mmdebstrap if it is not there. */
  ensure: (progress: (line: string) => void, signal: AbortSignal) => Promise<void>
}

/** mmdebstrap needs the keys of Debian's archive, which its descendants do not have. */
const debstrapPackages = ['mmdebstrap', 'debian-archive-keyring']

/** The images of actors and sensors. */
export function imagesNeed(host: Host, images: Images): Need {
  return {
    name: 'images',
    title: 'container images',
    why: 'actors and sensors run in them',
    for: ['run', 'test', 'bench'],
    find: async (signal) => {
      const missing = (await isEngineUp(host, signal)) ? await images.missing(signal) : null
      if (missing?.length === 0) return found('built')
      const canBuild = (missing && (await images.hasBase(signal))) || (await findProgram(host, 'mmdebstrap'))
      const also = canBuild ? '' : `; install mmdebstrap first if ${images.base} cannot be pulled`
      const step = {
        kind: 'action' as const,
        title: `build the container images, some minutes${also}`,
        command: 'tocsin setup',
        needsRoot: false,
        run: (progress: Progress, during: AbortSignal) => buildImages(host, images, progress, during),
      }
      return {
        ok: false,
        detail: missing ? `not built: ${missing.join(', ')}` : 'unknown until the engine runs',
        steps: [step],
      }
    },
  }
}

/** The kernel's audit, without which nobody watches processes. A campaign runs without it. */
export function auditNeed(host: Host, images: Images): Need {
  return sensorNeed(host, images, {
    name: 'audit',
    title: 'audit of the kernel',
    why: 'the endpoint sensor watches processes with it',
    ask: images.audit,
    without: 'scenarios of rogue processes are not applicable here',
  })
}

/** BPF, which tells what the audit does not. A campaign runs without it, on the audit alone. */
export function bpfNeed(host: Host, images: Images): Need {
  return sensorNeed(host, images, {
    name: 'bpf',
    title: 'BPF in the kernel',
    why: 'bpftrace tells source ports, io_uring and the environment of programs',
    ask: images.bpf,
    without: 'the audit alone tells of processes',
  })
}

interface SensorAsked extends Pick<Need, 'name' | 'title' | 'why'> {
  ask: Images['audit']
  /** What it means that it is not to be had, as a clause. */
  without: string
}

function sensorNeed(host: Host, images: Images, { ask, without, ...told }: SensorAsked): Need {
  return {
    ...told,
    for: ['run', 'test'],
    find: async (signal): Promise<Found> => {
      const isUp = await isEngineUp(host, signal)
      const answer = isUp && (await images.missing(signal)).length === 0 ? await ask(signal) : null
      if (answer === null) return { ok: null, detail: 'unknown until the images are built', steps: [] }
      return answer.ok ? found(answer.detail) : { ok: null, detail: `${answer.detail}: ${without}`, steps: [] }
    },
  }
}

/** mmdebstrap, for a machine that has no base image and no registry to pull it from. */
export function debstrapNeed(host: Host, images: Images): Need {
  return {
    name: 'mmdebstrap',
    title: 'mmdebstrap',
    why: `makes ${images.base} where no registry gives it`,
    for: ['run', 'test', 'bench'],
    find: async (signal): Promise<Found> => {
      const program = await findProgram(host, 'mmdebstrap')
      if (program) return found(program)
      const isUp = await isEngineUp(host, signal)
      if (isUp && (await images.hasBase(signal)))
        return { ok: null, detail: `not needed: ${images.base} is there`, steps: [] }
      const detail = `needed only if ${images.base} cannot be pulled`
      return { ok: null, detail, steps: [{ kind: 'packages', packages: debstrapPackages }] }
    },
  }
}

async function buildImages(host: Host, images: Images, progress: Progress, signal: AbortSignal): Promise<void> {
  if ((await images.missing(signal)).length === 0) return
  if (!(await images.hasBase(signal)) && !(await images.pullBase(progress.status, signal))) {
    progress.say(`No registry gives ${images.base}; making it from Debian's packages with mmdebstrap.`)
    await needDebstrap(host, progress)
  }
  progress.say('Building the container images.')
  await images.ensure(progress.status, signal)
}

async function needDebstrap(host: Host, progress: Progress): Promise<void> {
  if (await findProgram(host, 'mmdebstrap')) return
  const canInstall = (await readDistribution(host)).kind !== 'other'
  if (canInstall && host.isRoot) return installPackages(host, debstrapPackages, progress)
  const how = canInstall ? `as root: ${aptCommand(debstrapPackages)}` : 'with your system’s package manager'
  throw new SetupError(`mmdebstrap is missing. Install it ${how}`)
}

async function isEngineUp(host: Host, signal: AbortSignal): Promise<boolean> {
  return (await probeEngine(engineAddress(host), signal)).state === 'running'
}
