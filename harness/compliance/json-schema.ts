import type { z } from 'zod'
import { inputJsonSchema, type JsonSchema } from '../scenario/json-schema.ts'
import { controlMappingSchema } from './control-mapping.ts'
import { determinationsSchema } from './determinations.ts'
import { exceptionsSchema } from './exceptions.ts'

/** JSON Schema of a mapping of controls as it is written, for editors. */
export function controlMappingJsonSchema(): JsonSchema {
  return titled(controlMappingSchema, 'Tocsin control mapping')
}

/** JSON Schema of a register of exceptions. An exception has either `scenario` or `select`. */
export function exceptionsJsonSchema(): JsonSchema {
  const schema = titled(exceptionsSchema, 'Tocsin register of exceptions')
  const { exceptions } = schema.properties as { exceptions: { items: JsonSchema } }
  exceptions.items.oneOf = [{ required: ['scenario'] }, { required: ['select'] }]
  return schema
}

/** JSON Schema of an assessor's determinations. */
export function determinationsJsonSchema(): JsonSchema {
  return titled(determinationsSchema, "Tocsin assessor's determinations")
}

function titled(schema: z.ZodType, title: string): JsonSchema {
  return { ...inputJsonSchema(schema), title }
}
