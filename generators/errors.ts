/** Parameters of a scenario from which no packets can be made. The path leads into the `with:` block. */
export class GeneratorError extends Error {
  /** Where in `with:`, for example `frames[2].layers[1].udp`; empty for the whole block. */
  readonly path: string

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(path === '' ? problem : `${path}: ${problem}`, options)
    this.name = 'GeneratorError'
    this.path = path
  }
}

/** A pcap file or stream that cannot be read or written; the message says which bytes and why. */
export class PcapError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PcapError'
  }
}
