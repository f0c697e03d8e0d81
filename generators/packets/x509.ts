import { closest } from 'fastest-levenshtein'
import { parseBytes, shown } from './bytes.ts'
import { der, isDer, readDer } from './der.ts'
import { PacketError } from './packet-error.ts'

/** Object identifiers by the names that RFC 5280 and RFC 5758 give them. */
const identifiers: Readonly<Record<string, string>> = {
  commonName: '2.5.4.3',
  countryName: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  ecPublicKey: '1.2.840.10045.2.1',
  prime256v1: '1.2.840.10045.3.1.7',
  'ecdsa-with-SHA256': '1.2.840.10045.4.3.2',
  sha256WithRSAEncryption: '1.2.840.113549.1.1.11',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extKeyUsage: '2.5.29.37',
}

const parts: Readonly<Record<string, { initial: unknown; read: (raw: unknown, where: string) => Uint8Array }>> = {
  version: { initial: 3, read: version },
  serialNumber: { initial: 4097, read: (raw, where) => orDer(raw, where, (plain) => ({ integer: plain })) },
  signature: { initial: 'ecdsa-with-SHA256', read: algorithm },
  issuer: { initial: { commonName: 'Example CA' }, read: name },
  validity: { initial: { notBefore: '260101000000Z', notAfter: '360101000000Z' }, read: validity },
  subject: { initial: { commonName: 'www.example.com' }, read: name },
  subjectPublicKeyInfo: { initial: { repeat: { byte: 0x5a, count: 64 } }, read: publicKey },
  extensions: { initial: [], read: extensions },
  signatureAlgorithm: { initial: 'ecdsa-with-SHA256', read: algorithm },
  signatureValue: { initial: undefined, read: signature },
}

/**
 * Makes an X.509 certificate of its parts, each of which has a right value when it is not given: `version` (1 to 3),
 * `serialNumber`, `signature`, `issuer` and `subject` (`{ commonName: 'a.example' }`, or a list of `{ type, value }`),
 * `validity` (`{ notBefore, notAfter }`), `subjectPublicKeyInfo` (the 64 bytes of a P-256 point), `extensions` (a list of
 * `{ id, critical, value }`), `signatureAlgorithm`, `signatureValue`. Wherever a plain value may stand, a DER value of
 * another kind may stand too, so that any part can be wrong. Bytes are taken as the whole certificate. RFC 5280 §4.1.
 * @throws PacketError for an unknown part or a value that is neither
 */
export function readX509(raw: unknown, where: string): Uint8Array {
  if (raw instanceof Uint8Array) return raw
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new PacketError(where, `${shown(raw)} is not a set of parts`)
  const given = raw as Record<string, unknown>
  for (const part of Object.keys(given))
    if (!Object.hasOwn(parts, part)) throw unknownName(where, part, Object.keys(parts))
  const made = Object.fromEntries(
    Object.entries(parts).map(([part, { initial, read }]) => [part, read(given[part] ?? initial, `${where}.${part}`)]),
  )
  const { signatureAlgorithm, signatureValue, ...signed } = made as Record<string, Uint8Array>
  return der(0x30, der(0x30, ...Object.values(signed)), signatureAlgorithm as Uint8Array, signatureValue as Uint8Array)
}

function version(raw: unknown, where: string): Uint8Array {
  if (raw === 1) return new Uint8Array(0)
  return der(
    0xa0,
    orDer(raw, where, (plain) => ({ integer: typeof plain === 'number' ? plain - 1 : plain })),
  )
}

function algorithm(raw: unknown, where: string): Uint8Array {
  return orDer(raw, where, (plain) => ({ sequence: [identifier(plain, where)] }))
}

function name(raw: unknown, where: string): Uint8Array {
  if (isDer(raw)) return readDer(raw, where)
  const list = Array.isArray(raw) ? raw : Object.entries(object(raw, where)).map(([type, value]) => ({ type, value }))
  const sets = list.map((attribute, index) => {
    const place = `${where}[${index}]`
    const { type, value } = object(attribute, place)
    return der(0x31, der(0x30, readDer(identifier(type, place), place), string(value, place)))
  })
  return der(0x30, ...sets)
}

function validity(raw: unknown, where: string): Uint8Array {
  if (isDer(raw)) return readDer(raw, where)
  const { notBefore = '260101000000Z', notAfter = '360101000000Z' } = object(raw, where)
  return der(0x30, time(notBefore, `${where}.notBefore`), time(notAfter, `${where}.notAfter`))
}

function time(raw: unknown, where: string): Uint8Array {
  return orDer(raw, where, (plain) => (String(plain).length > 13 ? { generalizedTime: plain } : { utcTime: plain }))
}

function publicKey(raw: unknown, where: string): Uint8Array {
  if (isDer(raw)) return readDer(raw, where)
  const kind = [identifier('ecPublicKey', where), identifier('prime256v1', where)]
  const point = [{ hex: '04' }, raw]
  return readDer({ sequence: [{ sequence: kind }, { bitString: parseBytes(point, where) }] }, where)
}

function extensions(raw: unknown, where: string): Uint8Array {
  if (isDer(raw)) return readDer(raw, where)
  if (!Array.isArray(raw)) throw new PacketError(where, `${shown(raw)} is not a list of { id, critical, value }`)
  if (raw.length === 0) return new Uint8Array(0)
  const list = raw.map((extension, index) => {
    const place = `${where}[${index}]`
    const { id, critical, value } = object(extension, place)
    const flag = critical === undefined ? [] : [readDer({ boolean: critical }, place)]
    return der(0x30, readDer(identifier(id, place), place), ...flag, der(0x04, readDer(value, `${place}.value`)))
  })
  return der(0xa3, der(0x30, ...list))
}

function signature(raw: unknown, where: string): Uint8Array {
  const half = { integer: { repeat: { byte: 0x5a, count: 32 } } }
  const value = raw ?? { sequence: [half, half] }
  return readDer({ bitString: value }, where)
}

function string(raw: unknown, where: string): Uint8Array {
  return orDer(raw, where, (plain) => ({ utf8String: plain }))
}

/** An identifier by its name or with dots, or any other DER value. */
function identifier(raw: unknown, where: string): unknown {
  if (typeof raw !== 'string') return raw
  if (/^[0-2](\.\d+)+$/.test(raw)) return { oid: raw }
  if (!Object.hasOwn(identifiers, raw)) throw unknownName(where, raw, Object.keys(identifiers))
  return { oid: identifiers[raw] }
}

function orDer(raw: unknown, where: string, plain: (raw: unknown) => unknown): Uint8Array {
  return readDer(isDer(raw) ? raw : plain(raw), where)
}

function object(raw: unknown, where: string): Record<string, unknown> {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Record<string, unknown>
  throw new PacketError(where, `${shown(raw)} is not a set of values`)
}

function unknownName(where: string, name: string, names: readonly string[]): PacketError {
  return new PacketError(
    where,
    `unknown "${name}"; did you mean "${closest(name, names as string[])}"? ${names.join(', ')}`,
  )
}
