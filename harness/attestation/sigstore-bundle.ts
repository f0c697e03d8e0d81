import { canonicalJson } from '../evidence/canonical-json.ts'
import type { Envelope } from './envelope.ts'

/** Media type of a Sigstore bundle 0.3. */
export const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** Whether a file of a run folder is a bundle by its name. */
export function isBundle(path: string): boolean {
  return /^attestation\.[0-9a-f]{16}\.sigstore\.json$/.test(path)
}

/**
 * The envelope as Sigstore bundles for tools that read those: one for each signature, because a bundle holds one. The
 * public key is only hinted at, by its key id; there is no certificate of Fulcio and no entry of Rekor, which need a network.
 */
export function sigstoreBundles(envelope: Envelope): { path: string; content: string }[] {
  return envelope.signatures.map((signature) => ({
    path: `attestation.${signature.keyid.slice(0, 16)}.sigstore.json`,
    content: `${canonicalJson({
      mediaType: bundleMediaType,
      verificationMaterial: { publicKey: { hint: signature.keyid }, tlogEntries: [] },
      dsseEnvelope: { ...envelope, signatures: [signature] },
    })}\n`,
  }))
}
