import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { InputError, RecordError } from '../errors.ts'
import { canonicalJson } from '../evidence/canonical-json.ts'

/** One line of `runs/ledger.jsonl`, canonical JSON. Lines are only ever added. */
export interface LedgerEntry {
  /** From 1, without a gap. */
  seq: number
  run: string
  /** SHA-256 of the run's `manifest.json`, hex. */
  manifest: string
  /** SHA-256 of the line before without its line feed, hex; null in the first. */
  prev: string | null
}

/** A ledger as read. */
export interface Ledger {
  entries: LedgerEntry[]
  /** SHA-256 of every line, hex; the last is the head, which is worth publishing where it cannot be changed. */
  digests: string[]
  /** Where the chain is broken, in one sentence; null when it is whole. */
  broken: string | null
}

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const schema = z.strictObject({ seq: z.number().int(), run: z.string(), manifest: digest, prev: digest.nullable() })

/** Reads and checks a ledger; null when there is none. */
export async function readLedger(file: string): Promise<Ledger | null> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw new InputError(`cannot read ${file}: ${cause.message}`, { cause })
  })
  return text === null ? null : parseLedger(text)
}

/** Checks the text of a ledger. Pure. */
export function parseLedger(text: string): Ledger {
  const ledger: Ledger = { entries: [], digests: [], broken: null }
  const lines = text.split('\n')
  const cut = lines.pop() !== ''
  for (const [index, line] of lines.entries()) {
    const entry = entryOf(line)
    const prev = ledger.digests.at(-1) ?? null
    if (!entry || entry.seq !== index + 1 || entry.prev !== prev) {
      const why = !entry
        ? 'is no entry'
        : entry.seq !== index + 1
          ? `has seq ${entry.seq}`
          : 'does not follow from the line before'
      return { ...ledger, broken: `line ${index + 1} of the ledger ${why}` }
    }
    ledger.entries.push(entry)
    ledger.digests.push(createHash('sha256').update(line).digest('hex'))
  }
  return cut ? { ...ledger, broken: 'the last line of the ledger is cut' } : ledger
}

/**
 * Adds a run, unless its newest entry is this one already. @returns the ledger's head, hex
 * @throws InputError when the chain is broken, RecordError when somebody else is writing
 */
export async function addToLedger(file: string, run: string, manifest: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  await using _lock = await lock(`${file}.lock`)
  const ledger = (await readLedger(file)) ?? { entries: [], digests: [], broken: null }
  if (ledger.broken) throw new InputError(`${file}: ${ledger.broken}; nothing was added`)
  const head = ledger.digests.at(-1) ?? null
  if (head !== null && newestOf(ledger, run)?.manifest === manifest) return head
  const line = canonicalJson({ seq: ledger.entries.length + 1, run, manifest, prev: head } satisfies LedgerEntry)
  const handle = await open(file, 'a')
  try {
    await handle.appendFile(`${line}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return createHash('sha256').update(line).digest('hex')
}

/** The last entry of a run. */
export function newestOf({ entries }: Ledger, run: string): LedgerEntry | undefined {
  return entries.findLast((entry) => entry.run === run)
}

function entryOf(line: string): LedgerEntry | null {
  try {
    const { data } = schema.safeParse(JSON.parse(line))
    return data && canonicalJson(data) === line ? data : null
  } catch {
    return null
  }
}

async function lock(path: string): Promise<AsyncDisposable> {
  const handle = await open(path, 'wx').catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === 'EEXIST' ? 'another Tocsin is writing to it; if none is, remove this file' : cause.message
    throw new RecordError(`${path}: the ledger was not changed: ${why}`, { cause })
  })
  return {
    [Symbol.asyncDispose]: async () => {
      await handle.close()
      await rm(path, { force: true })
    },
  }
}
