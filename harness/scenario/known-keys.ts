import { z } from 'zod'
import type { Path } from './positions.ts'

/**
 * The keys that a zod schema allows in the mapping at a path. Where alternatives are allowed, all of their keys.
 * Empty where any key is allowed or the path leads nowhere.
 */
export function knownKeys(schema: z.ZodType, path: Path): string[] {
  const reached = path.reduce<z.ZodType[]>((from, part) => from.flatMap((each) => step(each, part)), [schema])
  return [...new Set(reached.flatMap(alternatives).flatMap(keysOf))]
}

function keysOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

function step(schema: z.ZodType, part: PropertyKey): z.ZodType[] {
  return alternatives(schema).flatMap((each) => {
    if (each instanceof z.ZodObject) {
      return typeof part === 'string' && Object.hasOwn(each.shape, part) ? [asType(each.shape[part])] : []
    }
    if (each instanceof z.ZodArray) return [asType(each.element)]
    if (each instanceof z.ZodRecord) return [asType(each.valueType)]
    if (each instanceof z.ZodTuple) {
      const item = each.def.items[Number(part)] ?? each.def.rest
      return item == null ? [] : [asType(item)]
    }
    return []
  })
}

/** The schemas that stand behind wrappers and unions. */
function alternatives(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.map(asType).flatMap(alternatives)
  if (schema instanceof z.ZodIntersection) {
    return [schema.def.left, schema.def.right].map(asType).flatMap(alternatives)
  }
  if (schema instanceof z.ZodPipe)
    return alternatives(asType(schema.in instanceof z.ZodTransform ? schema.out : schema.in))
  if (schema instanceof z.ZodLazy) return alternatives(asType(schema.def.getter()))
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch ||
    schema instanceof z.ZodNonOptional
  ) {
    return alternatives(asType(schema.def.innerType))
  }
  return [schema]
}

/** zod types the inside of its own schemas by their core; every schema of ours is made by the classic interface. */
function asType(schema: unknown): z.ZodType {
  return schema as z.ZodType
}
