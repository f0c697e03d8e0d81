import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, TocsinError } from '../errors.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { writeReports } from '../evidence/write.ts'
import { type Envelope, envelopeText, parseEnvelope } from './envelope.ts'
import { envelopeName, timeStampName, timeStampRequestName } from './manifest.ts'
import { isBundle, sigstoreBundles } from './sigstore-bundle.ts'

/** What is made over a signature and lies beside it: no manifest can list it. */
export interface BesideOptions {
  /** Certificates of time-stamping authorities, in PEM; null: time stamps are not checked. */
  authorities: readonly string[] | null
  /** Milliseconds since the epoch. */
  now: number
}

/** Replies of authorities are a few kilobytes, bytes. */
const largest = 1 << 20

/**
 * Makes the request for a time stamp of the signatures and keeps it in the run folder; asked again, it is the same one.
 * @returns its DER
 * @throws InputError when the run is not signed, or the request that is there is over something else
 */
export async function requestTimeStamp(directory: string): Promise<Uint8Array> {
  const { nonceOf, timeStampRequest } = await import('./time-stamp.ts')
  const bytes = Buffer.from(envelopeText(await signedEnvelope(directory)))
  const before = await readDer(directory, timeStampRequestName)
  if (before !== null) {
    nonceOf(before, bytes)
    return before
  }
  const request = timeStampRequest(bytes)
  await writeReports(directory, [{ path: timeStampRequestName, content: request }])
  return request
}

/**
 * Puts the reply of an authority into the run folder. Who signed it is checked by `verify`.
 * @returns the time that it states, milliseconds since the epoch
 * @throws InputError when the run is not signed, or the reply is to another request
 */
export async function attachTimeStamp(directory: string, reply: Uint8Array): Promise<number> {
  const { readReply } = await import('./time-stamp.ts')
  const envelope = await signedEnvelope(directory)
  const { genTime } = readReply(
    reply,
    Buffer.from(envelopeText(envelope)),
    await readDer(directory, timeStampRequestName),
  )
  await writeReports(directory, [{ path: timeStampName, content: reply }])
  return genTime.getTime()
}

/** Refuses what would make a time stamp void. @throws InputError */
export async function checkNotStamped(directory: string): Promise<void> {
  for (const name of [timeStampName, timeStampRequestName])
    if ((await lstat(join(directory, name)).catch(() => null)) !== null)
      throw new InputError(
        `${join(directory, name)}: is over the signatures as they are; sign first and stamp last: remove it to sign again`,
      )
}

/** Writes the signatures as Sigstore bundles. @returns the files' names @throws InputError when the run is not signed */
export async function writeBundles(directory: string): Promise<string[]> {
  const bundles = sigstoreBundles(await signedEnvelope(directory))
  await writeReports(directory, bundles)
  return bundles.map(({ path }) => path)
}

/** Checks time stamp and bundles against the envelope. @returns what does not hold, and what could not be checked */
export async function checkBeside(
  directory: string,
  record: CampaignRecord,
  { authorities, now }: BesideOptions,
): Promise<{ problems: string[]; notes: string[] }> {
  const [problems, notes]: [string[], string[]] = [[], []]
  const reply = await readDer(directory, timeStampName)
  const request = await readDer(directory, timeStampRequestName)
  const envelope = await signedEnvelope(directory).catch(() => null)
  const bundles = (await readdir(directory)).filter(isBundle)
  if (envelope === null) {
    for (const [name, isThere] of [
      [timeStampName, reply],
      [timeStampRequestName, request],
      ...bundles.map((one) => [one, true]),
    ] as const)
      if (isThere) problems.push(`${name} is there, but nothing is signed`)
    return { problems, notes }
  }
  const expected = new Map(sigstoreBundles(envelope).map(({ path, content }) => [path, content]))
  for (const path of bundles)
    if ((await readFile(join(directory, path), 'latin1')) !== expected.get(path))
      problems.push(`${path} is not the bundle of a signature of this run`)
  const bytes = Buffer.from(envelopeText(envelope))
  try {
    const { checkTimeStamp, nonceOf } = await import('./time-stamp.ts')
    if (request) nonceOf(request, bytes)
    if (!reply) {
      if (authorities) problems.push(`there is no time stamp: no ${timeStampName}`)
      else if (request) notes.push('a time stamp was asked for, and its reply has not been attached')
    } else if (!authorities)
      notes.push('its time stamp was not checked: give the certificate of the authority by --tsa-cert')
    else {
      const notBefore = Date.parse(record.run.endedAt)
      const stamp = await checkTimeStamp(reply, { bytes, request, trusted: authorities, notBefore, now })
      notes.push(`stamped ${new Date(stamp.time).toISOString()} by ${stamp.authority}`)
    }
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error
    problems.push(`the time stamp: ${error.message}`)
  }
  return { problems, notes }
}

async function signedEnvelope(directory: string): Promise<Envelope> {
  const text = await readFile(join(directory, envelopeName), 'utf8').catch(() => null)
  const envelope = text === null ? null : parseEnvelope(text)
  if (!envelope) throw new InputError(`${directory}: is not signed; sign it with --key first`)
  return envelope
}

async function readDer(directory: string, name: string): Promise<Uint8Array | null> {
  const file = join(directory, name)
  const found = await lstat(file).catch(() => null)
  if (found === null) return null
  if (!found.isFile() || found.size > largest)
    throw new InputError(`${file}: is no ${name} that an authority would give`)
  return readFile(file)
}
