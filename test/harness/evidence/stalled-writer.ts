import { writeRecord } from '../../../harness/evidence/write.ts'
import { sampleRecord } from '../../reports/sample-record.ts'

// Writes a record over the folder given, says so in the middle of it, and never ends.
async function* endless() {
  yield Buffer.alloc(4096)
  process.stdout.write('writing\n')
  await new Promise((resolve) => setInterval(resolve, 3_600_000))
}

await writeRecord({ out: process.argv[2] ?? '' }, sampleRecord(), [{ path: 'evidence/x.pcap', content: endless() }])
