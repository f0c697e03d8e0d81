import type { CampaignRecord } from '../harness/evidence/record.ts'
import { counted, moment, shellQuoted } from './format.ts'
import type { ReportContext } from './reporter.ts'

/** Whether a run is signed, as it stands on every page. */
export interface SigningMark {
  isSigned: boolean
  /** `UNSIGNED`, or `Signed 2026-11-26 by key 1a2b3c4d5e6f7a8b`. */
  short: string
  /** What that means, in a few sentences. */
  words: string
}

/** The mark of a run. A report cannot prove a signature, only say where to look for it. Pure. */
export function signingMark({ signing }: Pick<ReportContext, 'signing'>): SigningMark {
  if (!signing)
    return {
      isSigned: false,
      short: 'UNSIGNED',
      words:
        'This run was not signed when this report was written. Whoever can write to the run folder can change the record and make this report anew. `tocsin sign` signs it, and writes the reports again with the key.',
    }
  return {
    isSigned: true,
    short: `Signed ${signing.signedAt.slice(0, 10)} by key ${signing.keyId.slice(0, 16)}`,
    words: `Signed at ${moment(signing.signedAt)} by the signer’s own clock, with the ed25519 key whose id (SHA-256 of the public key in DER) is ${signing.keyId}. That the signature is good, and that this file is one of those signed, only \`tocsin verify\` with the public key shows; get the key from its owner, not from the folder.`,
  }
}

/** A kind of evidence: what lies where, how much of it, and what it shows. */
export interface EvidenceRow {
  path: string
  what: string
  amount: string
  /** SHA-256, hex; empty where the manifest has it. */
  digest: string
}

/** Where everything lies that the report rests on. Pure. */
export function evidenceIndex(
  { run, trials, observationCount }: CampaignRecord,
  { files = [] }: ReportContext,
): EvidenceRow[] {
  const digestOf = (path: string) => files.find((file) => file.path === path)?.sha256 ?? ''
  const count = (paths: (string | null | undefined)[]) =>
    paths.filter((path) => path !== null && path !== undefined).length
  const captures = count(
    trials.flatMap(({ evidence, baseline, repeat }) => [evidence, baseline?.evidence, repeat?.evidence]),
  )
  const processes = count(trials.map(({ proof }) => proof.process?.evidence))
  const row = (path: string, what: string, amount: string) => ({ path, what, amount, digest: digestOf(path) })
  return [
    row('run.json', 'what was played, on what, and the counts', counted(run.scenarios.length, 'scenario')),
    row('trials.jsonl', 'every trial with verdict, reason, proof and alerts', counted(trials.length, 'trial')),
    row(
      'observations.jsonl',
      'all that the monitors said, and to which trial it belongs',
      counted(observationCount, 'observation'),
    ),
    ...files
      .filter(({ path }) => path.endsWith('.yaml'))
      .map(({ path, sha256 }) => ({ path, what: 'given beside the record', amount: '1 file', digest: sha256 })),
    {
      path: 'evidence/*.pcap',
      what: 'packets of each trial, as the witness captured them',
      amount: counted(captures, 'capture'),
      digest: '',
    },
    ...(processes > 0
      ? [
          {
            path: 'evidence/*.json',
            what: 'processes, as the witness saw them',
            amount: counted(processes, 'file'),
            digest: '',
          },
        ]
      : []),
    {
      path: 'report.*',
      what: 'this report and the same in other formats; report.csv has one line for every trial',
      amount: '',
      digest: '',
    },
    { path: 'manifest.json', what: 'size and SHA-256 of every file above', amount: '', digest: '' },
    {
      path: 'attestation.dsse.json',
      what: 'the signature of the manifest, where there is one',
      amount: '',
      digest: '',
    },
  ]
}

/** How to check the folder, a command a line. */
export function verifyCommands({ run }: Pick<CampaignRecord, 'run'>): string[] {
  const folder = shellQuoted(run.id)
  return [
    `tocsin verify ${folder} --key signer.pub.pem`,
    `cd ${folder} && sha256sum run.json trials.jsonl observations.jsonl report.pdf`,
  ]
}
