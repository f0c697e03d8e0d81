import { parseBytes } from './bytes.ts'
import type { NumberField } from './field.ts'

/** Data as a scenario writes it, with the length that it is to announce; absent: the true one. */
export interface LengthAndData {
  data: Uint8Array
  length?: number
}

/**
 * Reads bytes that go behind their length: text or bytes, or `{ length, data }` for a length that is wrong.
 * @throws PacketError
 */
export function parseLengthAndData(raw: unknown, where: string, lengthField: NumberField): LengthAndData {
  if (typeof raw !== 'object' || raw === null || !('length' in raw) || Array.isArray(raw) || raw instanceof Uint8Array)
    return { data: parseBytes(raw, where) }
  const { length, data = '' } = raw as { length: unknown; data?: unknown }
  return { data: parseBytes(data, `${where}.data`), length: lengthField.parse(length, `${where}.length`) }
}
