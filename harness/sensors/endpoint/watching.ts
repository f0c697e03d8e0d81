import { SandboxError } from '../../errors.ts'
import type { Container } from '../../sandbox/container.ts'
import { patiently } from '../../sandbox/patience.ts'

const patience = 10_000

/** Tells a sensor on its standard input which containers to watch, and waits until it has said that it does. */
export class Watching {
  readonly #name: string
  readonly #confirmations = new Map<string, () => void>()

  /** @param name for messages: `the endpoint sensor` */
  constructor(name: string) {
    this.#name = name
  }

  /** The sensor says that it watches this container. */
  confirm(container: string): void {
    this.#confirmations.get(container)?.()
  }

  /** @throws SandboxError when it does not confirm in time; the signal's reason */
  async watch(
    sensor: Pick<Container, 'stdin'>,
    { id, pid }: Pick<Container, 'id' | 'pid'>,
    signal: AbortSignal,
  ): Promise<void> {
    const confirmed = new Promise<void>((resolve) => this.#confirmations.set(id, resolve))
    sensor.stdin.write(`${id} ${await pid()}\n`)
    await patiently(confirmed, {
      ms: patience,
      signal,
      late: () =>
        new SandboxError(`${this.#name} did not confirm within ${patience / 1000} s that it watches a container`),
    })
  }
}
