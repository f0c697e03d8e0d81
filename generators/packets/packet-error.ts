/** A packet was described wrongly: which layer, which field, the value, and what is allowed. Nothing was encoded. */
export class PacketError extends Error {
  /** Stable and machine-readable. */
  readonly code = 'BAD_PACKET'
  /** Where the value stands, layer first: `tcp.options[1].length`. */
  readonly where: string
  /** The layer, or whatever comes first in `where`. */
  readonly layer: string
  /** The field inside the layer with the path to the value, empty when it is the layer as a whole. */
  readonly field: string

  constructor(where: string, text: string) {
    super(`${where}: ${text}`)
    this.name = 'PacketError'
    this.where = where
    const dot = where.indexOf('.')
    this.layer = dot < 0 ? where : where.slice(0, dot)
    this.field = dot < 0 ? '' : where.slice(dot + 1)
  }
}
