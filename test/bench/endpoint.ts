import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { generators } from '../../generators/registry.ts'
import { openMonitor } from '../../harness/monitors/registry.ts'
import { playsProcess } from '../../harness/plan/conversation.ts'
import type { Container } from '../../harness/sandbox/container.ts'
import { objectLabels, objectName } from '../../harness/sandbox/labels.ts'
import { currentOwner } from '../../harness/sandbox/owner.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { type AuditOptions, readAuditState } from '../../harness/sensors/endpoint/audit-state.ts'
import { startCompanion } from '../../harness/sensors/endpoint/companion.ts'
import { auditAccessOf, auditValuesBefore, startEndpoint } from '../../harness/sensors/endpoint/endpoint.ts'
import type { ProcessSensor } from '../../harness/sensors/endpoint/process-sensor.ts'
import { root } from '../cli/tocsin.ts'
import { audit } from '../docker/audit-lock.ts'
import { newSession, realEngine, signal } from '../docker/sandbox-rig.ts'
import { timedRun, withFolder } from './command-line.ts'
import { type BenchResult, type BenchRow, median } from './table.ts'

const scenarios = 60
const longestCampaign = 60
const connects = 20_000
/** As fast as a program that has something else to do. */
const paced = { count: 500, gapMs: 5 }
const port = 7777

/** Scenarios of processes as a campaign, and what both sensors of processes tell of a burst of connections, and when. */
export async function benchEndpoint(): Promise<BenchResult> {
  using _alone = audit('alone')
  const campaign = await playScenarios()
  const calm = await connecting(paced.count, paced.gapMs)
  const burst = await connecting(connects, 0)
  const rows: BenchRow[] = [...calm, ...burst].flatMap(({ name, lateMs }) =>
    lateMs.length === 0 ? [] : [50, 95].map((p) => ({ name: `${name}, p${p}`, samples: [quantile(lateMs, p / 100)] })),
  )
  return {
    title: 'Processes: from system call to observation',
    unit: 'ms',
    rows,
    notes: [
      `${scenarios} scenarios of processes and as many benign twins: ${campaign.seconds.toFixed(1)} s from command to report; ${campaign.detected} detected, ${campaign.quiet} twins quiet`,
      ...[...calm, ...burst].map(
        ({ name, seen, asked, loss }) =>
          `${name}: ${seen} of ${asked} connections told; reported lost: ${loss ?? 'nothing'}`,
      ),
      `the burst took ${burst[0]?.seconds.toFixed(2)} s, ${Math.round(connects / (burst[0]?.seconds ?? Number.NaN))} connections a second`,
    ],
    requirements: [
      { text: `the campaign takes under ${longestCampaign} s`, met: campaign.seconds < longestCampaign },
      { text: 'every process is proven and every twin quiet', met: campaign.isWhole },
      ...burst.map(({ name, seen, asked, loss }) => ({
        text: `${name}: none lost, or the loss is reported (${asked - seen} missing; reported: ${loss ?? 'nothing'})`,
        met: seen === asked || loss !== null,
      })),
    ],
  }
}

async function playScenarios() {
  const ids = loadLibrary(join(root, 'scenarios'), generators, 'parameters')
    .filter(
      ({ cases, baseline, stimulus }) =>
        cases.length === 1 && baseline.length === 0 && stimulus && playsProcess(stimulus, generators),
    )
    .map(({ id }) => id)
    .slice(0, scenarios)
  return withFolder(async (folder) => {
    const { seconds, summary } = await timedRun(folder, [
      '--only',
      ids.join(','),
      '--format',
      'csv',
      '--seed',
      'endpoint',
    ])
    const { proven, quiet, detected, inconclusive } = summary
    return {
      seconds,
      detected,
      quiet,
      isWhole: proven === ids.length && quiet === ids.length && inconclusive === 0 && ids.length === scenarios,
    }
  })
}

interface Told {
  name: string
  asked: number
  seen: number
  /** What the sensor says that was lost; null: nothing. */
  loss: string | null
  /** How long the program took to connect so often. */
  seconds: number
  /** From before the call to the observation; empty where something is missing, since then nothing tells which is which. */
  lateMs: number[]
}

/** Both sensors at once, as in a campaign, and a program that connects to a listener of its own. */
async function connecting(count: number, gapMs: number): Promise<Told[]> {
  const { engine, images } = await realEngine()
  const asking: AuditOptions = { engine, session: newSession(), image: images.endpoint }
  const state = await readAuditState(asking)
  const access = auditAccessOf(state)
  if (state === null || access.mode === null) throw new Error('this machine gives no audit to containers')
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-bench-'))
  const common = { ...asking, image: images.endpoint, signal }
  await using endpoint = await startEndpoint({
    ...common,
    before: await auditValuesBefore(engine, state),
    mode: access.mode,
    directory: join(folder, 'audit'),
  })
  await using companion = await startCompanion({ ...common, directory: join(folder, 'bpf') })
  const container = await engine.launch({
    name: objectName(asking.session, 'stage'),
    image: images.stage.name,
    command: ['python3', '-c', program(count, gapMs)],
    labels: objectLabels(asking.session, 'stage', await currentOwner()),
    network: 'none',
    capabilities: [],
    memoryBytes: 128 * 1024 * 1024,
    pids: 16,
  })
  try {
    const sensors: Record<string, ProcessSensor> = { laurel: endpoint, bpftrace: companion }
    await Promise.all(Object.values(sensors).map((sensor) => sensor.watch(container)))
    const readings = await Promise.all(Object.entries(sensors).map(([type, sensor]) => reading(type, sensor)))
    const calls = await played(container)
    const told: Told[] = []
    for (const [index, { stop, seen }] of readings.entries()) {
      const { loss } = await stop()
      const times = await seen
      const isWhole = times.length === count
      told.push({
        name: `${index === 0 ? 'audit' : 'bpftrace'}, ${count.toLocaleString('en')} ${gapMs === 0 ? 'in a burst' : `every ${gapMs} ms`}`,
        asked: count,
        seen: times.length,
        loss,
        seconds: ((calls.at(-1) ?? 0) - (calls[0] ?? 0)) / 1000,
        lateMs: isWhole ? times.map((time, place) => time - (calls[place] as number)) : [],
      })
    }
    return told
  } finally {
    await container.remove()
    await rm(folder, { recursive: true })
  }
}

/** Reads what a sensor writes, as a campaign does, and keeps when each connection to the port was observed. */
async function reading(type: string, sensor: ProcessSensor) {
  const monitor = await openMonitor(
    { type, name: type, path: sensor.logPath, from: 'start' },
    { signal, clock: () => performance.timeOrigin + performance.now(), log: { debug() {}, warn() {} } },
  )
  const seen = (async () => {
    const times: number[] = []
    for await (const batch of monitor.observations())
      for (const { event, destination, receivedAt } of batch)
        if (event === 'connect' && destination.port === port) times.push(receivedAt)
    return times
  })()
  return {
    seen,
    stop: async () => {
      const end = await sensor.stop()
      monitor.end()
      await seen
      await monitor[Symbol.asyncDispose]()
      return end
    },
  }
}

/** Lets it connect, and returns when each call was made, milliseconds since the epoch. */
async function played({ stdin, stdout, stderr }: Container): Promise<number[]> {
  stderr.resume()
  stdin.write('go\n')
  return JSON.parse(await text(stdout)) as number[]
}

/** A child accepts and closes; the parent connects and closes, and notes the time before each call. */
function program(count: number, gapMs: number): string {
  return `
import json, os, socket, sys, time
server = socket.socket()
server.bind(('127.0.0.1', ${port}))
server.listen(4096)
child = os.fork()
if child == 0:
    while True:
        server.accept()[0].close()
sys.stdin.readline()
times = []
for _ in range(${count}):
    one = socket.socket()
    times.append(time.time() * 1000)
    one.connect(('127.0.0.1', ${port}))
    one.close()
    time.sleep(${gapMs / 1000}) if ${gapMs} else None
os.kill(child, 9)
print(json.dumps(times))
`
}

function quantile(values: readonly number[], share: number): number {
  if (share === 0.5) return median(values)
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN
}
