import type { PseudoAddresses } from './checksum.ts'
import type { Fields, Values, ValuesOf } from './field.ts'
import { defineStruct, type Struct } from './struct.ts'

/** Number spaces in which one layer names the next. */
export type Space = 'etherType' | 'ipProtocol' | 'udpPort' | 'tcpPort' | 'pppProtocol' | 'icmpv6Type' | 'llcSap'

/** What a layer knows of its surroundings. */
export interface Context {
  /** Name of the layer inside this one. Undefined for the innermost, and while decoding. */
  next: string | undefined
  /** Name of the layer around this one. Undefined for the outermost. */
  around: string | undefined
  /** Hop limit that a protocol inside demands (255 for neighbor discovery). Undefined while decoding. */
  hopLimit: number | undefined
  /** Addresses of the nearest IP header around this layer, for the pseudo header. */
  network: PseudoAddresses | undefined
  /** Whether this is part of the datagram that an ICMP error quotes, which may be cut. */
  quoted: boolean
}

/** How a layer names the one inside. */
export interface Carries {
  space: Space
  /**
   * Field that holds the number, at its initial value for a layer that has none in this space; further fields are
   * looked at while decoding only (source ports).
   */
  fields: readonly [string, ...string[]]
}

/** A checksum field of 16 bits. */
export interface Checksum {
  field: string
  /** Offset in bytes from the start of the layer; undefined when the layer has none this time. */
  offset: (values: Values) => number | undefined
  /** Over the layer with its payload, checksum field zero. Undefined when nothing can be said: left at zero, not checked. */
  compute: (bytes: Uint8Array, values: Values, headerLength: number, context: Context) => number | undefined
  /** Whether 0 stands for "none", so that it is never wrong. */
  zeroMeansNone?: boolean
}

/** How a layer encrypts itself. Sizes stay as they are, so that what follows stays in its place. */
export interface Cipher {
  /**
   * Encoding, last step: bytes of the wire.
   * @param plain the layer with all that is inside
   * @param size bytes of the layer's own
   */
  seal: (plain: Uint8Array, size: number, values: Values, given: Values) => Uint8Array
  /** Decoding, first step: bytes in plain, and values that are not on the wire but tell how they were protected. */
  open: (wire: Uint8Array) => { plain: Uint8Array; values: Values }
}

/** One protocol layer: fields, and what follows from them. Everything but `fields` is optional behaviour. */
export interface LayerDefinition<F extends Fields> {
  name: string
  title: string
  /** Where the bytes are laid out: `RFC 768`. */
  rfc: string
  fields: F
  /** The number of this layer in the spaces that name it; of several, the first is written. */
  boundTo?: Partial<Record<Space, number | readonly number[]>>
  carries?: Carries
  checksum?: Checksum
  cipher?: Cipher
  /** Hop limit that the protocol demands of the IPv6 header around it. */
  hopLimit?: number
  /** What given values imply about others, before sizes are known: a GRE key implies the K flag. */
  imply?: (given: Partial<ValuesOf<F>>, context: Context) => Partial<ValuesOf<F>>
  /** Lengths and the like. A value that was given wins over what is returned here. */
  complete?: (values: ValuesOf<F>, payload: Uint8Array, headerLength: number, context: Context) => Partial<ValuesOf<F>>
  /** Addresses for the layers inside; `around` are those from further out. */
  network?: (values: ValuesOf<F>, around: PseudoAddresses | undefined) => PseudoAddresses | undefined
  /** Decoding: name of the next layer where `carries` does not tell. Undefined leaves it to `carries`. */
  next?: (values: ValuesOf<F>, payload: Uint8Array, context: Context) => string | undefined
  /** Decoding: whether what follows is a quotation that may be cut, as in ICMP errors. */
  quotes?: (values: ValuesOf<F>) => boolean
  /** Decoding: bytes of payload that the header announces; the rest is the trailer. Undefined means all. */
  payloadLength?: (values: ValuesOf<F>, headerLength: number) => number | undefined
  /** Decoding: whether these bytes look like this layer at all, for protocols found by port. */
  recognise?: (bytes: Uint8Array) => boolean
  /** Decoding: what is wrong with the values, in words. */
  inspect?: (values: ValuesOf<F>, headerLength: number, context: Context) => string[]
}

/** A layer of any fields. */
export interface Layer
  extends Omit<
    LayerDefinition<Fields>,
    'imply' | 'complete' | 'network' | 'next' | 'quotes' | 'payloadLength' | 'inspect' | 'fields'
  > {
  struct: Struct
  imply?: (given: Values, context: Context) => Values
  complete?: (values: Values, payload: Uint8Array, headerLength: number, context: Context) => Values
  network?: (values: Values, around: PseudoAddresses | undefined) => PseudoAddresses | undefined
  next?: (values: Values, payload: Uint8Array, context: Context) => string | undefined
  quotes?: (values: Values) => boolean
  payloadLength?: (values: Values, headerLength: number) => number | undefined
  inspect?: (values: Values, headerLength: number, context: Context) => string[]
}

/** Keeps the type of the fields for the hooks of the definition, and forgets it for the registry. */
export function defineLayer<const F extends Fields>(definition: LayerDefinition<F>): Layer {
  const { fields, ...others } = definition
  return { ...(others as unknown as Omit<Layer, 'struct'>), struct: defineStruct(fields) }
}
