import { fuzz } from '../generators/packets/fuzz.ts'
import type { BenchResult } from './table.ts'

const rounds = 4
const eachRound = 250_000
/** Milliseconds that one decoding may take, however odd its bytes. */
const hang = 1000

/** A million random and broken packets, files and lines in every decoder. */
export async function benchFuzz(): Promise<BenchResult> {
  const rates: number[] = []
  const failures: string[] = []
  let slowest = { ms: 0, name: '' }
  let decoders = 0
  for (let round = 1; round <= rounds; round++) {
    const start = performance.now()
    const found = fuzz(eachRound, `bench ${round}`)
    rates.push((eachRound / (performance.now() - start)) * 1000)
    failures.push(...found.failures)
    decoders = found.decoders
    if (found.slowestMs > slowest.ms) slowest = { ms: found.slowestMs, name: found.slowest }
  }
  return {
    title: `Broken bytes in ${decoders} decoders, ${(rounds * eachRound).toLocaleString('en')} cases`,
    unit: 'cases/s',
    rows: [{ name: 'decode, encode again, look for what would be right', samples: rates }],
    notes: [`the slowest case took ${slowest.ms.toFixed(1)} ms (${slowest.name})`, ...failures],
    requirements: [
      { text: 'none throws anything but its own error, and none loses a byte', met: failures.length === 0 },
      { text: `none takes ${hang} ms`, met: slowest.ms < hang },
    ],
  }
}
