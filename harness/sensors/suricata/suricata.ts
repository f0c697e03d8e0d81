import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxError } from '../../errors.ts'
import type { DockerEngine } from '../../sandbox/engine.ts'
import type { ImageRef } from '../../sandbox/image-store.ts'
import { objectLabels, objectName } from '../../sandbox/labels.ts'
import { currentOwner } from '../../sandbox/owner.ts'
import { startSensor } from '../sensor-process.ts'
import { parseLine, type SuricataFacts } from './log.ts'

/** Which rules the embedded Suricata loads: those that its package ships with Tocsin's own, the shipped ones alone, or none. */
export const ruleChoices = ['with-ours', 'shipped', 'none'] as const
export type RuleChoice = (typeof ruleChoices)[number]

/** The rules that a sensor works with: those that its package ships, and apart from them Tocsin's own. */
export interface RuleSet {
  name: string
  /** Version of the package that ships them. */
  version: string
  /** SHA-256 of the rule files, in the order of their names, with what was switched on. */
  digest: string
  files: number
  /** Shipped rules that Suricata has loaded. */
  active: number
  /** Tocsin's own rules that were loaded beside them; absent when none were. */
  tocsin?: { digest: string; files: number; active: number }
}

/** Suricata in a container, listening on the sandbox's wires. Disposing kills and removes it. */
export interface EmbeddedSuricata extends AsyncDisposable {
  /** The EVE log on this machine. */
  readonly evePath: string
  readonly version: string
  readonly ruleSet: RuleSet
  /** Copies on this machine of what it works with, and where each folder is from. */
  readonly state: { rules: { copy: string; original: string }[]; thresholds: string; configuration: string }
  readonly containerId: string
  /**
   * Ends it in order and returns when it has ended: every flow is then logged and the EVE log is complete. Frames that
   * it has not taken from the wire yet are lost, so wait for a sentinel's alert before.
   * @throws SandboxError when the engine is gone, or does not say within 30 seconds that it has ended
   */
  stop: () => Promise<SuricataEnd>
  /** Resolves when it has died without being asked to. */
  readonly failed: Promise<SandboxError>
}

/** What Suricata counted until it ended; null where it did not say. */
export interface SuricataEnd {
  packets: number | null
  /** Packets that the kernel had to drop because Suricata was too slow. */
  drops: number | null
}

export interface SuricataOptions {
  engine: DockerEngine
  session: string
  image: ImageRef
  /** The container whose network it listens on. */
  tapContainerId: string
  /** Folder on the engine's host, made when missing. Its mode becomes 0777, for the container's root has no rights over other users' files. */
  eveDirectory: string
  /** `none` shows what a stack without rules looks like; `with-ours` when absent. */
  rules?: RuleChoice
  /** Hosts whose ordinary traffic it learns, and of which it tells what is new; none when absent or null. */
  baselined?: { first: string; last: string } | null
  signal: AbortSignal
}

const mebibyte = 1024 * 1024
/** Longest wait until it listens, milliseconds. It takes one to two seconds. */
const startPatience = 60_000
/** Longest wait for it to end in order, milliseconds, before it is killed. */
const stopPatience = 15_000

/**
 * Starts Suricata and waits until it listens.
 * @throws SandboxError with its last lines when it does not start; the signal's reason.
 */
export async function startSuricata(options: SuricataOptions): Promise<EmbeddedSuricata> {
  const { engine, session, image, eveDirectory, rules = 'with-ours', baselined = null, signal } = options
  await mkdir(eveDirectory, { recursive: true })
  await chmod(eveDirectory, 0o777)
  const state = join(eveDirectory, 'state')
  for (const folder of [state, join(state, 'shipped'), join(state, 'ours')]) {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o777)
  }
  const facts: SuricataFacts = {}
  const sensor = await startSensor({
    engine,
    name: 'Suricata',
    spec: {
      name: objectName(session, 'sensor'),
      image: image.name,
      command: ['/opt/tocsin/start.sh', rules, ...(baselined ? [`${baselined.first}-${baselined.last}`] : [])],
      labels: objectLabels(session, 'sensor', await currentOwner()),
      network: `container:${options.tapContainerId}`,
      capabilities: ['NET_RAW'],
      memoryBytes: 1024 * mebibyte,
      pids: 64,
      mounts: [{ source: eveDirectory, target: '/eve' }],
      tmpfs: { '/run': 'size=16m,mode=755', '/tmp': 'size=16m' },
    },
    onLine: (line, container) => {
      Object.assign(facts, parseLine(line))
      if (facts.stuck) void container.kill('SIGKILL').catch(() => undefined)
      return facts.started === true
    },
    startPatience,
    stopPatience,
    signal,
  })
  return {
    evePath: join(eveDirectory, 'eve.json'),
    version: facts.version ?? 'unknown',
    ruleSet: ruleSetOf(facts, rules),
    state: {
      rules: [
        { copy: join(state, 'shipped'), original: '/etc/suricata/rules' },
        { copy: join(state, 'ours'), original: 'harness/sensors/suricata/rules' },
      ],
      thresholds: join(state, 'thresholds'),
      configuration: join(state, 'configuration'),
    },
    containerId: sensor.container.id,
    async stop() {
      await sensor.stop()
      return { packets: facts.packets ?? null, drops: facts.drops ?? null }
    },
    failed: sensor.failed,
    [Symbol.asyncDispose]: () => sensor[Symbol.asyncDispose](),
  }
}

/** Suricata counts all rules together; of Tocsin's own every one is loaded, or the image would not have been built. */
function ruleSetOf({ ruleSet, tocsinRules, active = 0 }: SuricataFacts, rules: RuleChoice): RuleSet {
  const ours = rules === 'with-ours' ? tocsinRules : undefined
  return {
    name: "Suricata's own event rules",
    version: ruleSet?.version ?? 'unknown',
    digest: ruleSet?.digest ?? '',
    files: rules === 'none' ? 0 : (ruleSet?.files ?? 0),
    active: active - (ours?.rules ?? 0),
    ...(ours && { tocsin: { digest: ours.digest, files: ours.files, active: ours.rules } }),
  }
}
