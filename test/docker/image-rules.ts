import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { objectLabels, objectName } from '../../harness/sandbox/labels.ts'
import { currentOwner } from '../../harness/sandbox/owner.ts'
import { parseRules, type ShippedRule, shippedTable, shippedTablePath, switchedOn } from '../scenarios/shipped-rules.ts'
import { newSession, realEngine } from './sandbox-rig.ts'

/** The rules in the sensor image of this checkout, read from the image itself. */
export async function imageRules(): Promise<ShippedRule[]> {
  const { engine, images } = await realEngine()
  const session = newSession()
  const container = await engine.launch({
    name: objectName(session, 'sensor'),
    image: images.sensor.name,
    command: ['sh', '-c', 'cd /etc/suricata/rules; for file in *-events.rules; do echo "== $file"; cat "$file"; done'],
    labels: objectLabels(session, 'sensor', await currentOwner()),
    network: 'none',
    capabilities: [],
    memoryBytes: 128 * 1024 * 1024,
    pids: 16,
  })
  try {
    container.stdin.on('error', () => undefined).end()
    container.stderr.resume()
    const said = await text(container.stdout)
    const files = said.split(/^== /m).slice(1)
    return parseRules(
      files.map((part) => ({ file: part.slice(0, part.indexOf('\n')), text: part.slice(part.indexOf('\n') + 1) })),
      switchedOn(),
    )
  } finally {
    await container.remove()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(shippedTablePath, shippedTable(await imageRules()))
