import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { newKeyPair } from '../../../harness/attestation/signing-key.ts'
import { signRun } from '../../../harness/attestation/sign-run.ts'
import { type Verification, type VerifyOptions, verifyRun } from '../../../harness/attestation/verify-run.ts'
import { readRecord } from '../../../harness/evidence/read.ts'
import { writeRecord, writeReports } from '../../../harness/evidence/write.ts'
import { csv } from '../../../reports/csv.ts'
import { sampleRecord } from '../../reports/sample-record.ts'
import { rows } from '../../reports/sample-scenarios.ts'

export const tool = '0.1.0'

export interface Pair {
  privateKey: KeyObject
  publicKey: KeyObject
}

export function keyPair(): Pair {
  const { privatePem, publicPem } = newKeyPair()
  return { privateKey: createPrivateKey(privatePem), publicKey: createPublicKey(publicPem) }
}

/** A signed run with two scenarios, packets for each trial, and a report; the ledger lies beside it. */
export async function signedRun(
  folder: string,
  signers: readonly Pair[],
): Promise<{ directory: string; ledger: string }> {
  const record = sampleRecord({ scenarios: rows.slice(-2) })
  const packets = record.trials.flatMap(({ evidence, id }) =>
    evidence === null ? [] : [{ path: evidence, content: id }],
  )
  const directory = await writeRecord({ runs: folder }, record, packets)
  await writeReports(directory, await csv.render(await readRecord(directory)))
  const ledger = join(folder, 'ledger.jsonl')
  for (const { privateKey } of signers) await signRun(directory, privateKey, ledger, tool)
  return { directory, ledger }
}

export function verified(
  { directory, ledger }: { directory: string; ledger: string },
  signers: readonly Pair[],
  options: Partial<VerifyOptions> = {},
): Promise<Verification> {
  return verifyRun(directory, {
    keys: signers.map(({ publicKey }) => publicKey),
    ledger: { path: ledger, isRequired: true },
    beside: { authorities: null, now: Date.now() },
    tool,
    remake: async (record) => csv.render(record),
    ...options,
  })
}
