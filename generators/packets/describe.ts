import { commonFields } from './common-fields.ts'
import type { Field, ItemDescription } from './field.ts'
import type { Layer } from './layer.ts'

/** Documentation of one field. */
export interface FieldDescription {
  name: string
  /** `u16`, `flags (8 bits)`, `IPv4 address`, `bytes`, ... */
  type: string
  /** Value when nothing is given; absent when computed or empty. */
  default?: unknown
  /** How the value is made when it is not given; absent when it is a plain default. */
  computed?: string
  /** Names that may stand for numbers or bits. */
  names?: Readonly<Record<string, number>>
  /** What the items of a list may be. */
  items?: readonly ItemDescription[]
  doc: string
}

/** Documentation of one layer. */
export interface LayerDescription {
  name: string
  title: string
  /** Where its bytes are laid out. */
  rfc: string
  /** Own fields in wire order, then those that every layer takes. */
  fields: FieldDescription[]
}

/** Describes a layer for the documentation. */
export function describe(layer: Layer): LayerDescription {
  const entries = [...layer.struct.entries, ...commonFields.entries]
  return {
    name: layer.name,
    title: layer.title,
    rfc: layer.rfc,
    fields: entries.map(([name, field]) => describeField(name, field, layer)),
  }
}

function describeField(name: string, field: Field, layer: Layer): FieldDescription {
  const computed = field.computed ?? (layer.carries?.fields[0] === name ? 'by the layer inside' : undefined)
  const initial = field.initial === undefined ? undefined : field.present(field.initial as never)
  const plain = computed === undefined && initial !== undefined && !(initial instanceof Uint8Array)
  return {
    name,
    type: field.type,
    ...(plain ? { default: initial } : {}),
    ...(computed === undefined ? {} : { computed }),
    ...(field.names === undefined ? {} : { names: field.names }),
    ...(field.items === undefined ? {} : { items: field.items }),
    doc: field.doc,
  }
}
