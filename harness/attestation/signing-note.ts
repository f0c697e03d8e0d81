import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../errors.ts'
import { canonicalJson } from '../evidence/canonical-json.ts'
import { writeReports } from '../evidence/write.ts'

/** Its name in the run folder. The manifest lists it like any other file, so that the signature covers it. */
export const signingNoteName = 'signing.json'

/**
 * Who is about to sign a run, and when. It is written before the reports, so that they can name the key, and with the record
 * it is what they are made from. It proves nothing: the signature does, and `verify` holds this note against it.
 */
export interface SigningNote {
  /** As `keyIdOf` gives it. */
  keyId: string
  /** By the signer's own clock, ISO 8601 in UTC. */
  signedAt: string
}

const schema = z.strictObject({
  keyId: z.string().regex(/^[0-9a-f]{64}$/),
  signedAt: z.iso.datetime(),
}) satisfies z.ZodType<SigningNote>

/** Writes the note into a run folder. */
export async function writeSigningNote(directory: string, note: SigningNote): Promise<void> {
  await writeReports(directory, [{ path: signingNoteName, content: `${canonicalJson(note)}\n` }])
}

/** Reads the note of a run folder; null when there is none. @throws InputError when it is broken */
export async function readSigningNote(directory: string): Promise<SigningNote | null> {
  const file = join(directory, signingNoteName)
  const found = await lstat(file).catch(() => null)
  if (found === null) return null
  const text = found.isFile() && found.size < 1000 ? await readFile(file, 'utf8') : ''
  const note = parse(text)
  if (note === null) throw new InputError(`${file}: was not written by Tocsin; remove it, and sign the run again`)
  return note
}

function parse(text: string): SigningNote | null {
  try {
    const { data } = schema.safeParse(JSON.parse(text))
    return data && `${canonicalJson(data)}\n` === text ? data : null
  } catch {
    return null
  }
}
