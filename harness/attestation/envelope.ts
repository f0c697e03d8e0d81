import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../evidence/canonical-json.ts'
import { keyIdOf } from './signing-key.ts'

/** A DSSE envelope (Dead Simple Signing Envelope 1.0): a payload and who signed it. */
export interface Envelope {
  /** Base64. */
  payload: string
  payloadType: string
  /** `sig` in base64 over the pre-authentication encoding; `keyid` as `keyIdOf` gives it. */
  signatures: { keyid: string; sig: string }[]
}

/** The payload type of in-toto statements. */
export const payloadType = 'application/vnd.in-toto+json'

const schema = z.strictObject({
  payload: z.string(),
  payloadType: z.literal(payloadType),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() })).min(1),
}) satisfies z.ZodType<Envelope>

/** An envelope without a signature yet. */
export function newEnvelope(payload: string): Envelope {
  return { payload: Buffer.from(payload).toString('base64'), payloadType, signatures: [] }
}

/** The envelope with one signature more. */
export function addSignature(envelope: Envelope, privateKey: KeyObject): Envelope {
  const keyid = keyIdOf(createPublicKey(privateKey))
  const sig = sign(null, encoded(envelope), privateKey).toString('base64')
  return { ...envelope, signatures: [...envelope.signatures, { keyid, sig }] }
}

/** The bytes of `attestation.dsse.json`. */
export function envelopeText(envelope: Envelope): string {
  return `${canonicalJson(envelope)}\n`
}

/**
 * Reads an envelope. Only the one text that `envelopeText` gives is taken, so that no byte of the file is free.
 * @returns null when it is anything else
 */
export function parseEnvelope(text: string): Envelope | null {
  try {
    const { data } = schema.safeParse(JSON.parse(text))
    const exact =
      data && envelopeText(data) === text && [data.payload, ...data.signatures.map(({ sig }) => sig)].every(isBase64)
    return exact ? data : null
  } catch {
    return null
  }
}

/** The payload as text. */
export function payloadOf({ payload }: Envelope): string {
  return Buffer.from(payload, 'base64').toString('utf8')
}

/**
 * What is wrong with the signatures: each must be by one of the keys and good, and each key must have signed once.
 * Empty when all is well.
 */
export function signatureProblems(envelope: Envelope, keys: readonly KeyObject[]): string[] {
  const bytes = encoded(envelope)
  const byId = new Map(keys.map((key) => [keyIdOf(key), key]))
  const ids = envelope.signatures.map(({ keyid }) => keyid)
  const problems = envelope.signatures.flatMap(({ keyid, sig }, index) => {
    const key = byId.get(keyid)
    if (!key)
      return [`signed by key ${JSON.stringify(keyid)}, which was not given; give the public key of every signer`]
    if (ids.indexOf(keyid) !== index) return [`key ${keyid} has signed twice`]
    return verify(null, bytes, key, Buffer.from(sig, 'base64')) ? [] : [`the signature by key ${keyid} is wrong`]
  })
  const silent = [...byId.keys()].filter((id) => !ids.includes(id))
  return [...problems, ...silent.map((id) => `not signed by key ${id}`)]
}

/** DSSE's pre-authentication encoding. */
function encoded({ payload }: Envelope): Uint8Array {
  const body = Buffer.from(payload, 'base64')
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `), body])
}

/** Base64 has spare bits at its end; only one text stands for some bytes. */
function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text
}
