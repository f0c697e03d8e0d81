import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeRecord } from '../../harness/evidence/write.ts'
import { tocsin } from '../cli/tocsin.ts'
import { sampleRecord } from '../reports/sample-record.ts'
import { withFolder } from './command-line.ts'
import { type BenchResult, median } from './table.ts'

const files = 256
const fileLength = 4 << 20
const rounds = 3
/** How much longer than sha256sum. */
const longest = 1.3
const run = promisify(execFile)

/** A signed run of 1 GiB of evidence, verified by the command line, beside sha256sum of the same files. */
export async function benchVerify(): Promise<BenchResult> {
  return withFolder(async (folder) => {
    const directory = await signedBundle(folder)
    const paths = (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
    const [verifying, summing]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      summing.push(await timed(async () => void (await run('sha256sum', paths))))
      verifying.push(await timed(() => typed(folder, ['verify', directory, '--key', 'signer.pub.pem'])))
    }
    const name = `sha256sum of the same ${paths.length} files`
    return {
      title: `Verifying a signed run of ${(files * fileLength) / 2 ** 30} GiB`,
      unit: 's',
      rows: [
        { name: 'tocsin verify', samples: verifying },
        { name, samples: summing },
      ],
      baseline: name,
      notes: [
        'in a process of its own each, the files in the page cache; verify also counts all figures again and makes the reports again',
      ],
      requirements: [
        {
          text: `at the speed of sha256sum, within ${longest} times`,
          met: median(verifying) <= longest * median(summing),
        },
      ],
    }
  })
}

async function signedBundle(folder: string): Promise<string> {
  const bytes = randomBytes(fileLength)
  const directory = await writeRecord({ runs: folder }, sampleRecord(), evidenceOf(bytes))
  await typed(folder, ['keys', 'signer'])
  await typed(folder, ['report', directory, '--format', 'html,csv'])
  await typed(folder, ['sign', directory, '--key', 'signer.key.pem'])
  return directory
}

function* evidenceOf(bytes: Buffer) {
  const packets = sampleRecord().trials.flatMap(({ evidence }) => evidence ?? [])
  for (const path of packets) yield { path, content: 'packets' }
  for (let number = 0; number < files; number++) {
    // No two files are the same.
    bytes.writeUInt32BE(number)
    yield { path: `evidence/large-${number}.pcap`, content: bytes }
  }
}

async function typed(cwd: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await tocsin(args, { cwd })
  if (code !== 0) throw new Error(`tocsin ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
}

async function timed(action: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await action()
  return (performance.now() - start) / 1000
}
