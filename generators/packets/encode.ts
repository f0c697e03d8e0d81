import { boundNumber } from './bindings.ts'
import { concatBytes } from './bytes.ts'
import { writeBits } from './bits.ts'
import type { PseudoAddresses } from './checksum.ts'
import type { Given } from './common-fields.ts'
import type { Values } from './field.ts'
import type { Context, Layer } from './layer.ts'
import { measure, withInitials, write } from './struct.ts'

/** One layer about to be encoded. */
export interface Prepared {
  layer: Layer
  given: Given
}

const nothing = new Uint8Array(0)

/** Encodes layers from the outermost to the innermost. */
export function encodeLayers(stack: readonly Prepared[]): Uint8Array {
  const contexts = contextsOf(stack)
  const values = prepare(stack, contexts)
  let payload: Uint8Array = nothing
  for (let index = stack.length - 1; index >= 0; index--) {
    payload = encodeLayer(stack[index] as Prepared, values[index] as Values, payload, contexts[index] as Context)
  }
  return payload
}

/** Addresses are known from the outside in, while bytes are made from the inside out. */
function prepare(stack: readonly Prepared[], contexts: readonly Context[]): Values[] {
  let network: PseudoAddresses | undefined
  return stack.map(({ layer, given }, index) => {
    const context = contexts[index] as Context
    context.network = network
    const values = withInitials(layer.struct, given.own)
    const inner = stack[index + 1]?.layer
    fill(values, carried(layer, inner), given.own)
    fill(values, layer.imply?.(given.own, context), given.own)
    if (layer.network !== undefined) network = layer.network(values, network)
    return values
  })
}

function contextsOf(stack: readonly Prepared[]): Context[] {
  const contexts: Context[] = []
  let hopLimit: number | undefined
  for (let index = stack.length - 1; index >= 0; index--) {
    const { layer } = stack[index] as Prepared
    contexts.unshift({
      next: stack[index + 1]?.layer.name,
      around: stack[index - 1]?.layer.name,
      hopLimit,
      network: undefined,
      quoted: false,
    })
    if (layer.hopLimit !== undefined) hopLimit = layer.hopLimit
    else if (layer.boundTo?.etherType !== undefined) hopLimit = undefined
  }
  return contexts
}

function encodeLayer({ layer, given }: Prepared, values: Values, payload: Uint8Array, context: Context): Uint8Array {
  const { struct, checksum, cipher } = layer
  const { own } = given
  const measured = measure(struct, values, own)
  fill(values, layer.complete?.(values, payload, measured.size, context), own)
  const bytes = new Uint8Array(measured.size + payload.length)
  write(struct, values, own, measured, bytes)
  if (payload.length > 0) bytes.set(payload, measured.size)
  if (checksum !== undefined && own[checksum.field] === undefined) {
    const offset = checksum.offset(values)
    const sum = offset === undefined ? undefined : checksum.compute(bytes, values, measured.size, context)
    if (sum !== undefined) writeBits(bytes, (offset as number) * 8, 16, sum)
  }
  const sealed = cipher === undefined ? bytes : cipher.seal(bytes, measured.size, values, own)
  const kept = given.truncate === undefined ? sealed : sealed.subarray(0, given.truncate)
  return given.trailer === undefined ? kept : concatBytes([kept, given.trailer])
}

/** What was given wins over what is computed. */
function fill(values: Values, computed: Values | undefined, given: Values): void {
  for (const name in computed) if (given[name] === undefined) values[name] = computed[name]
}

function carried({ carries }: Layer, inner: Layer | undefined): Values | undefined {
  if (carries === undefined) return undefined
  const number = inner && boundNumber(carries.space, inner)
  return number === undefined ? undefined : { [carries.fields[0]]: number }
}
