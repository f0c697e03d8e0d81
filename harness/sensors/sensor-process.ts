import { SandboxError } from '../errors.ts'
import type { Container, ContainerSpec } from '../sandbox/container.ts'
import type { DockerEngine } from '../sandbox/engine.ts'
import { patiently } from '../sandbox/patience.ts'
import { Tail } from '../sandbox/tail.ts'

/** A sensor of ours in a container of its own. Disposing kills and removes it. */
export interface SensorProcess extends AsyncDisposable {
  readonly container: Container
  /** Resolves when it has ended without being asked to. */
  readonly failed: Promise<SandboxError>
  /**
   * Asks it to end in order and returns how it ended, with its last lines; kills it when that takes too long.
   * @throws SandboxError when the engine is gone
   */
  stop: () => Promise<SandboxError>
}

export interface SensorOptions {
  engine: DockerEngine
  spec: ContainerSpec
  /** For messages: `Suricata`. */
  name: string
  /** Called for every line that it prints. @returns true when the line says that it listens */
  onLine: (line: string, container: Container) => boolean
  /** Longest wait until it listens, milliseconds. */
  startPatience: number
  /** Longest wait for it to end in order, milliseconds. */
  stopPatience: number
  /**
   * Puts back what it has changed outside its container, unless it has done so. Called when it runs no more and its
   * container, whose labels tell a sweep of the change, is still there; when it throws, the container stays.
   */
  putBack?: () => Promise<void>
  signal: AbortSignal
}

/**
 * Starts a sensor and waits until it listens.
 * @throws SandboxError with its last lines when it does not; the signal's reason.
 */
export async function startSensor(options: SensorOptions): Promise<SensorProcess> {
  const { engine, spec, name, startPatience, stopPatience, signal } = options
  signal.throwIfAborted()
  const container = await engine.launch(spec)
  let listens = () => {}
  const ready = new Promise<void>((resolve) => {
    listens = resolve
  })
  const onLine = (line: string) => {
    if (options.onLine(line, container)) listens()
  }
  const said = new Tail(container.stdout, { onLine })
  const complained = new Tail(container.stderr, { onLine })
  let asked = false
  const died = container.ended.then(async ({ why }) => {
    await Promise.all([said.ended, complained.ended])
    return new SandboxError(`${name} ${why}:\n${said.text()}\n${complained.text()}`)
  })
  const dispose = async () => {
    asked = true
    if (options.putBack) {
      await container.kill('SIGKILL')
      await died
      await options.putBack()
    }
    await container.remove()
  }
  try {
    await patiently(Promise.race([ready, died.then((error) => Promise.reject(error))]), {
      ms: startPatience,
      signal,
      late: () => new SandboxError(`${name} did not start within ${startPatience / 1000} s:\n${said.text()}`),
    })
  } catch (error) {
    await dispose().catch(() => undefined)
    throw error
  }
  return {
    container,
    failed: new Promise((resolve) => void died.then((error) => !asked && resolve(error))),
    async stop() {
      asked = true
      await container.kill('SIGTERM')
      const late = setTimeout(() => void container.kill('SIGKILL').catch(() => undefined), stopPatience)
      try {
        return await patiently(died, {
          ms: 2 * stopPatience,
          signal: new AbortController().signal,
          late: () => new SandboxError(`${name} was killed, and the engine does not say that it has ended`),
        })
      } finally {
        clearTimeout(late)
      }
    },
    [Symbol.asyncDispose]: dispose,
  }
}
