import { GeneratorError } from '../errors.ts'
import type { Identity } from '../identity.ts'
import { concatBytes, parseBytes } from '../packets/bytes.ts'
import { encodeStack, isLayer } from '../packets/stack.ts'
import { isRecord, readLayer, readLayers, withNested } from './layers.ts'
import { join } from './names.ts'

/**
 * Reads what rides on a connection. Bytes as everywhere (text, `{ hex }`, `{ repeat }`), one layer such as
 * `{ http: { ... } }`, several inside one another as `{ layers: [dnsOverTcp, { dns: { ... } }] }`, or a list of all these.
 * @param raw names are filled in already
 * @throws GeneratorError with the path of what is wrong
 */
export function readPayload(raw: unknown, identity: Identity, path: string): Uint8Array {
  if (Array.isArray(raw)) {
    return concatBytes(raw.map((part, index) => readPayload(part, identity, `${path}[${index}]`)))
  }
  if (typeof raw === 'number') return readPayload(String(raw), identity, path)
  if (isRecord(raw)) {
    const [key, ...others] = Object.keys(raw)
    if (key !== undefined && others.length === 0) {
      const content = raw[key]
      const place = join(path, key)
      if (key === 'layers' && Array.isArray(content)) return encode(readLayers(content, identity, place), place)
      if (isLayer(key)) return encode([readLayer(key, content, identity, place)], place)
    }
  }
  try {
    return parseBytes(withNested(raw, identity, path), path)
  } catch (error) {
    if (!(error instanceof Error) || error instanceof GeneratorError) throw error
    throw new GeneratorError('', error.message, { cause: error })
  }
}

function encode(stack: Parameters<typeof encodeStack>[0], path: string): Uint8Array {
  try {
    return encodeStack(stack)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new GeneratorError(path, error.message, { cause: error })
  }
}
