/** Base of every error that Tocsin throws on purpose: one message that says where, what, and what to do. */
export class TocsinError extends Error {
  /** Stable and machine-readable, for example `BAD_INPUT`. */
  readonly code: string
  /** What the process exits with when nothing handles the error: 2 bad input or usage, 3 could not decide. */
  readonly exitCode: number

  constructor(code: string, exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.exitCode = exitCode
  }
}

/** A file, flag or value that the user gave is wrong. Nothing was started. */
export class InputError extends TocsinError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_INPUT', 2, message, options)
  }
}

/** Something that the machine lacks: an engine, an image, a browser. The message says how to get it. */
export class SetupError extends TocsinError {
  constructor(message: string, options?: ErrorOptions) {
    super('NOT_SET_UP', 2, message, options)
  }
}

/** The sandbox, an actor or the engine failed while a campaign ran. */
export class SandboxError extends TocsinError {
  constructor(message: string, options?: ErrorOptions) {
    super('SANDBOX_FAILED', 3, message, options)
  }
}

/** A monitor could not be read. Never the same as "no alerts". */
export class MonitorError extends TocsinError {
  constructor(message: string, options?: ErrorOptions) {
    super('MONITOR_FAILED', 3, message, options)
  }
}

/** A record or a report could not be written. What was there before is whole. */
export class RecordError extends TocsinError {
  constructor(message: string, options?: ErrorOptions) {
    super('NOT_WRITTEN', 3, message, options)
  }
}
