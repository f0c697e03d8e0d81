import { createHash, randomBytes, verify, X509Certificate } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { InputError } from '../errors.ts'

/** Object identifiers of RFC 5035 (signing certificate), RFC 5280 (extended key usage) and RFC 3161. */
const oid = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  signedData: '1.2.840.113549.1.7.2',
  timeStampInfo: '1.2.840.113549.1.9.16.1.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  extendedKeyUsage: '2.5.29.37',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const

/** How far the clock of a time-stamping authority and ours may be apart, milliseconds. */
const toleranceMs = 5 * 60_000

/** A time stamp that holds. */
export interface TimeStamp {
  /** Milliseconds since the epoch. */
  time: number
  /** Subject of the certificate that signed it. */
  authority: string
}

/**
 * A TimeStampReq (RFC 3161 §2.4.1) in DER over the SHA-256 of some bytes, which asks for the authority's certificates.
 * @param nonce makes the reply one to this request; eight random bytes unless given
 */
export function timeStampRequest(bytes: Uint8Array, nonce: Uint8Array = newNonce()): Uint8Array {
  const digest = createHash('sha256').update(bytes).digest()
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: oid.sha256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: toArrayBuffer(digest) }),
    }),
    nonce: new asn1js.Integer({ valueHex: toArrayBuffer(nonce) }),
    certReq: true,
  })
  return new Uint8Array(request.toSchema().toBER())
}

/** The nonce of a request that `timeStampRequest` made over these bytes. @throws InputError when it is another request */
export function nonceOf(request: Uint8Array, bytes: Uint8Array): Uint8Array {
  const nonce = attempt(() => pkijs.TimeStampReq.fromBER(toArrayBuffer(request)).nonce)
  const value = nonce && new Uint8Array(nonce.valueBlock.valueHexView)
  if (!value || !Buffer.from(timeStampRequest(bytes, value)).equals(request))
    throw new InputError('the request is not one that Tocsin made over this signature')
  return value
}

/** What a reply is checked for. */
export interface TimeStampCheck {
  /** What was stamped. */
  bytes: Uint8Array
  /** The request; null when it is not known any more, so that the nonce is not looked at. */
  request: Uint8Array | null
  /** Certificates that are trusted, in PEM. */
  trusted: readonly string[]
  /** The time stamp cannot be from before, milliseconds since the epoch. */
  notBefore: number
  /** Milliseconds since the epoch. */
  now: number
}

/** The content of a reply that was granted, without a look at who signed it. @throws InputError when it is none */
export function readReply(reply: Uint8Array, bytes: Uint8Array, request: Uint8Array | null): pkijs.TSTInfo {
  return contentOf(tokenOf(reply), bytes, request)
}

/**
 * Checks a TimeStampResp (RFC 3161 §2.4.2): granted, over these bytes, to this request, signed by a certificate for
 * time stamps that names itself in what it signed, with a chain to a trusted one that held at that time.
 * @throws InputError that says what does not hold
 */
export async function checkTimeStamp(reply: Uint8Array, check: TimeStampCheck): Promise<TimeStamp> {
  const token = tokenOf(reply)
  const content = contentOf(token, check.bytes, check.request)
  const time = content.genTime.getTime()
  const result = await verifySignature(token, content.genTime, check)
  if (!result?.signatureVerified || !result.signerCertificateVerified || !result.signerCertificate)
    throw new InputError(`its signature does not hold: ${result?.message || 'no chain to a trusted certificate'}`)
  checkAgain(token, result.certificatePath ?? [])
  checkPurpose(result.signerCertificate)
  checkSigningCertificate(token, result.signerCertificate)
  checkNothingElse(token, result.certificatePath ?? [])
  if (time + toleranceMs < check.notBefore) throw new InputError(`it is of ${iso(time)}, before the run had ended`)
  if (time - toleranceMs > check.now) throw new InputError(`it is of ${iso(time)}, which is yet to come`)
  const subject = new X509Certificate(der(result.signerCertificate)).subject.replaceAll('\n', ', ')
  return { time, authority: subject }
}

/** Reads certificates in PEM. @throws InputError when there is none, or one that cannot be read */
export function certificatesIn(pem: string): string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (found.length === 0) throw new InputError('holds no certificate in PEM')
  for (const one of found)
    if (!attempt(() => new X509Certificate(one))) throw new InputError('holds a broken certificate')
  return [...found]
}

function tokenOf(reply: Uint8Array): pkijs.SignedData {
  const response = attempt(() => pkijs.TimeStampResp.fromBER(toArrayBuffer(reply)))
  // One value has one encoding in DER: a byte that is changed is then another value, or none.
  const again = attempt(() => Buffer.from(response?.toSchema().toBER() ?? new ArrayBuffer(0)))
  if (!response || !again?.equals(reply))
    throw new InputError('it is no reply to a request for a time stamp (TimeStampResp in DER)')
  if (response.status.status !== 0)
    throw new InputError(`the authority did not grant it (status ${response.status.status})`)
  const token = response.timeStampToken
  const signed =
    token?.contentType === oid.signedData ? attempt(() => new pkijs.SignedData({ schema: token.content })) : null
  if (!signed || signed.encapContentInfo.eContentType !== oid.timeStampInfo)
    throw new InputError('it holds no time stamp token')
  if (signed.signerInfos.length !== 1)
    throw new InputError(`it has ${signed.signerInfos.length} signers instead of one`)
  return signed
}

function contentOf(token: pkijs.SignedData, bytes: Uint8Array, request: Uint8Array | null): pkijs.TSTInfo {
  const inside = attempt(() => token.encapContentInfo.eContent?.getValue())
  const content = inside && attempt(() => pkijs.TSTInfo.fromBER(inside))
  if (!content) throw new InputError('it holds no TSTInfo')
  const { hashAlgorithm, hashedMessage } = content.messageImprint
  const digest = createHash('sha256').update(bytes).digest()
  if (hashAlgorithm.algorithmId !== oid.sha256 || !digest.equals(hashedMessage.valueBlock.valueHexView))
    throw new InputError('it is over something else, not over this signature')
  if (request !== null) {
    const given = content.nonce && Buffer.from(content.nonce.valueBlock.valueHexView)
    if (!given?.equals(nonceOf(request, bytes))) throw new InputError('its nonce is not that of the request')
  }
  return content
}

function verifySignature(token: pkijs.SignedData, checkDate: Date, { bytes, trusted }: TimeStampCheck) {
  const trustedCerts = trusted.map((pem) => pkijs.Certificate.fromBER(toArrayBuffer(new X509Certificate(pem).raw)))
  const data = toArrayBuffer(bytes)
  return token
    .verify({ signer: 0, trustedCerts, checkDate, checkChain: true, extendedMode: true, data })
    .catch((error: unknown) => {
      const why = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'broken'
      throw new InputError(`its signature does not hold: ${why}`, { cause: error })
    })
}

const rsaPss = '1.2.840.113549.1.1.10'

/** The same signatures by OpenSSL, which takes one encoding of each alone. */
function checkAgain({ signerInfos: [signer] }: pkijs.SignedData, path: readonly pkijs.Certificate[]): void {
  const chain = path.map((one) => new X509Certificate(der(one)))
  const [own] = chain
  const attributes = signer?.signedAttrs?.encodedValue
  const name = Object.entries(oid).find(([, value]) => value === signer?.digestAlgorithm.algorithmId)?.[0]
  const isPss = signer?.signatureAlgorithm.algorithmId === rsaPss
  const holds =
    own !== undefined &&
    signer !== undefined &&
    attributes !== undefined &&
    (isPss || verify(name ?? null, Buffer.from(attributes), own.publicKey, signer.signature.valueBlock.valueHexView)) &&
    chain.every((one, index) => one.verify((chain[index + 1] ?? one).publicKey))
  if (!holds) throw new InputError('its signature does not hold')
}

/** RFC 3161 §2.3: its one purpose is time stamping, and it says so critically. */
function checkPurpose(certificate: pkijs.Certificate): void {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === oid.extendedKeyUsage)
  const purposes = (extension?.parsedValue as pkijs.ExtKeyUsage | undefined)?.keyPurposes ?? []
  if (!extension?.critical || purposes.length !== 1 || purposes[0] !== oid.timeStamping)
    throw new InputError('it is signed by a certificate that is not for time stamps alone')
}

/** RFC 5816: the signed attributes name the certificate by its digest, so that no other with the same key takes its place. */
function checkSigningCertificate({ signerInfos: [signer] }: pkijs.SignedData, certificate: pkijs.Certificate): void {
  const attribute = signer?.signedAttrs?.attributes.find(
    ({ type }) => type === oid.signingCertificateV2 || type === oid.signingCertificate,
  )
  const first = attempt(() => sequence(sequence(sequence(attribute?.values[0])[0])[0]))
  const hash = first?.find((part) => part instanceof asn1js.OctetString)
  const identifier = first?.[0] instanceof asn1js.Sequence ? sequence(first[0])[0] : undefined
  const named = identifier instanceof asn1js.ObjectIdentifier ? identifier.getValue() : undefined
  const usual = attribute?.type === oid.signingCertificate ? 'sha1' : 'sha256'
  const algorithm = named === undefined ? usual : Object.entries(oid).find(([, value]) => value === named)?.[0]
  if (!hash || !algorithm || !/^sha\d+$/.test(algorithm))
    throw new InputError('it does not name the certificate that signed it')
  if (!createHash(algorithm).update(der(certificate)).digest().equals(hash.valueBlock.valueHexView))
    throw new InputError('it names another certificate than the one that signed it')
}

/** What no signature covers must say nothing else: digest algorithms, the signer's name, certificates beyond the chain, attributes. */
function checkNothingElse(token: pkijs.SignedData, path: readonly pkijs.Certificate[]): void {
  const [signer] = token.signerInfos
  const [algorithm, ...more] = token.digestAlgorithms
  const isSame = algorithm && signer && same(algorithm.toSchema(), signer.digestAlgorithm.toSchema())
  if (!isSame || more.length > 0 || token.version !== 3)
    throw new InputError('it names other digest algorithms than were used')
  const { sid, version } = signer
  const certificate = path[0]
  if (sid instanceof pkijs.IssuerAndSerialNumber) {
    if (version !== 1 || !certificate || !same(sid.issuer.toSchema(), certificate.issuer.toSchema()))
      throw new InputError('it names its signer in another way than the certificate does')
  }
  const used = new Set(path.map((one) => Buffer.from(der(one)).toString('hex')))
  const stranger = token.certificates?.some(
    (one) => !(one instanceof pkijs.Certificate) || !used.has(Buffer.from(der(one)).toString('hex')),
  )
  if (stranger) throw new InputError('it holds a certificate that is no part of the chain')
  if (signer.unsignedAttrs) throw new InputError('it holds attributes that nobody signed')
}

function same(a: asn1js.BaseBlock, b: asn1js.BaseBlock): boolean {
  return Buffer.from(a.toBER()).equals(Buffer.from(b.toBER()))
}

function sequence(value: unknown): asn1js.AsnType[] {
  if (!(value instanceof asn1js.Sequence)) throw new TypeError('no sequence')
  return value.valueBlock.value as asn1js.AsnType[]
}

function der(certificate: pkijs.Certificate): Uint8Array {
  return new Uint8Array(certificate.toSchema(true).toBER())
}

/** Positive in DER without a leading zero. */
function newNonce(): Uint8Array {
  const nonce = randomBytes(8)
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40
  return nonce
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

function iso(time: number): string {
  return new Date(time).toISOString()
}

function attempt<T>(action: () => T): T | null {
  try {
    return action()
  } catch {
    return null
  }
}
