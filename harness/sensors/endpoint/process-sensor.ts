import type { Container } from '../../sandbox/container.ts'
import type { SandboxError } from '../../errors.ts'

/** A sensor of ours that tells of the processes of certain containers. Disposing removes it and what it has changed. */
export interface ProcessSensor extends AsyncDisposable {
  /** The log on this machine, one JSON object a line, of the containers watched alone. */
  readonly logPath: string
  readonly containerId: string
  /** From now on the events of this container are in the log. Resolves when the sensor has confirmed it. */
  watch: (container: Pick<Container, 'id' | 'pid'>) => Promise<void>
  /** Ends it in order, and tells what was lost. @throws SandboxError when it does not say */
  stop: () => Promise<ProcessSensorEnd>
  /** Resolves when it has died without being asked to. */
  readonly failed: Promise<SandboxError>
}

export interface ProcessSensorEnd {
  /** Why silence proves nothing, as a clause: something was lost. Null when nothing was. */
  loss: string | null
}
