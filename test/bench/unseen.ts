import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../cli/tocsin.ts'
import { Rig } from '../docker/wire-rig.ts'
import { timedRun, withFolder } from './command-line.ts'
import { startOwnMonitor } from './own-monitor.ts'
import { type BenchResult, type BenchRow, median } from './table.ts'

const many = 100
const rounds = 2
/** The default campaign's, seconds. */
const window = 10

/**
 * Campaigns of scenarios that Suricata says nothing about: watched by the embedded Suricata, which is heard out by ending
 * it, and by one that is not ours to end, beside the sandbox on a mirror of its wires. Wants root, ip and a Docker
 * engine on this machine.
 */
export async function benchUnseen(): Promise<BenchResult> {
  return withFolder(async (folder) => {
    const seen = await library(join(folder, 'seen'), 'malformed/ipv4-ihl-too-small', 1)
    const one = await library(join(folder, 'one'), 'extraneous/arp-ip-conflict', 1)
    const hundred = await library(join(folder, 'hundred'), 'extraneous/arp-ip-conflict', many)
    await using rig = new Rig()
    const watched = await startOwnMonitor(rig, folder)
    await using _sensor = watched.sensor
    const cases = [
      { name: 'own Suricata, 1 that it sees', library: seen, options: watched.options, missed: 0 },
      { name: 'own Suricata, 1 unseen', library: one, options: watched.options, missed: 1 },
      { name: `own Suricata, ${many} unseen`, library: hundred, options: watched.options, missed: many },
      { name: 'embedded Suricata, 1 unseen', library: one, options: [], missed: 1 },
      { name: `embedded Suricata, ${many} unseen`, library: hundred, options: [], missed: many },
    ]
    const rows: (BenchRow & { samples: number[] })[] = cases.map(({ name }) => ({ name, samples: [] }))
    for (let round = 1; round <= rounds; round++) {
      for (const [index, { name, library, options, missed }] of cases.entries()) {
        const only = ['--scenarios', library, '--format', 'csv', ...options]
        const { seconds, summary } = await timedRun(join(folder, 'runs'), only)
        if (summary.missed !== missed || summary.inconclusive !== 0)
          throw new Error(`${name}: ${summary.missed} missed, ${summary.inconclusive} inconclusive`)
        rows[index]?.samples.push(seconds)
      }
    }
    const [ownSeen, ownOne, ownMany, embeddedOne, embeddedMany] = rows.map(({ samples }) => median(samples)) as [
      number,
      number,
      number,
      number,
      number,
    ]
    const more = (difference: number) => `${difference.toFixed(1)} s`
    return {
      title: `Campaigns of scenarios that Suricata cannot see, detection window ${window} s`,
      unit: 's',
      rows,
      notes: [
        'from command to record; the unseen scenario is an ARP conflict, which Suricata only counts',
        `with a Suricata of one's own, ${many} unseen take ${more(ownMany - ownSeen)} more than 1 that is seen`,
      ],
      requirements: [
        {
          text: `own Suricata: the other ${many - 1} cost no window more (${more(ownMany - ownOne)})`,
          met: ownMany - ownOne < window,
        },
        {
          text: `embedded Suricata: the other ${many - 1} cost no window more (${more(embeddedMany - embeddedOne)})`,
          met: embeddedMany - embeddedOne < window,
        },
        { text: `${many} unseen cost less than two windows in all`, met: ownMany - ownSeen < 2 * window },
      ],
    }
  })
}

/** A scenario folder with as many copies of a scenario of the library. */
async function library(folder: string, path: string, copies: number): Promise<string> {
  const [clause = '', id = ''] = path.split('/')
  const text = await readFile(join(root, 'scenarios', `${path}.yaml`), 'utf8')
  await mkdir(join(folder, clause), { recursive: true })
  for (let copy = 1; copy <= copies; copy++)
    await writeFile(join(folder, clause, `${id}-${copy}.yaml`), text.replace(`id: ${id}\n`, `id: ${id}-${copy}\n`))
  return folder
}
