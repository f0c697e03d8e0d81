import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { InputError } from '../errors.ts'

/** A new ed25519 pair as PEM: PKCS #8 (RFC 8410) and SubjectPublicKeyInfo. */
export function newKeyPair(): { privatePem: string; publicPem: string; keyId: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    keyId: keyIdOf(publicKey),
  }
}

/** Names a public key: SHA-256 of its SubjectPublicKeyInfo in DER, hex. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/**
 * Reads a private key that is to sign the folder `runFolder`, which need not be there yet.
 * @throws InputError when it is no ed25519 key, lies in that folder, or others than its owner may read it
 */
export async function readPrivateKey(file: string, runFolder: string): Promise<KeyObject> {
  const pem = await readPem(file)
  const [real, folder] = await Promise.all([realpath(file), realpath(runFolder).catch(() => resolve(runFolder))])
  if (real.startsWith(`${folder}${sep}`))
    throw new InputError(`${file}: lies in the run folder, which is handed on; keep private keys elsewhere`)
  const { mode } = await stat(real)
  if ((mode & 0o077) !== 0)
    throw new InputError(
      `${file}: others than its owner may read it (mode ${(mode & 0o777).toString(8)}); chmod 600 it`,
    )
  return ed25519(file, 'private', () => createPrivateKey(pem))
}

/** Reads a public key. @throws InputError when it is none, or a private one */
export async function readPublicKey(file: string): Promise<KeyObject> {
  const pem = await readPem(file)
  // Node would take the public half of it without a word.
  if (pem.includes('PRIVATE KEY'))
    throw new InputError(`${file}: is a private key; give the public one, and keep this one to yourself`)
  return ed25519(file, 'public', () => createPublicKey(pem))
}

async function readPem(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: Error) => {
    throw new InputError(`cannot read the key ${file}: ${cause.message}`, { cause })
  })
}

function ed25519(file: string, kind: 'private' | 'public', make: () => KeyObject): KeyObject {
  let key: KeyObject
  try {
    key = make()
  } catch (cause) {
    throw new InputError(`${file}: is no ${kind} key in PEM; \`tocsin keys\` makes one`, { cause })
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new InputError(`${file}: is a key for ${key.asymmetricKeyType ?? 'something else'}, not for ed25519`)
  return key
}
