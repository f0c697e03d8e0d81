import { SetupError } from '../errors.ts'
import { type ContextEntry, tarContext } from './build-context.ts'
import type { DockerEngine } from './engine.ts'
import { reason } from './engine-error.ts'
import type { Task } from './image-store.ts'

const shownLines = 40

/**
 * Builds one image and keeps what the builder says.
 * @throws SetupError with the builder's last lines; the signal's reason when it fires.
 */
export async function buildImage(
  engine: DockerEngine,
  options: Task & { name: string; context: readonly ContextEntry[]; arguments: Record<string, string> },
): Promise<void> {
  const { name, context, signal } = options
  const said: string[] = []
  const onText = (text: string) => {
    if (said.push(text) > shownLines) said.shift()
    options.onText(text)
  }
  try {
    await engine.images.build(name, tarContext(context), { onText, signal, arguments: options.arguments })
  } catch (error) {
    signal.throwIfAborted()
    throw new SetupError(`image ${name} could not be built: ${reason(error)}\n${said.join('\n')}`, { cause: error })
  }
}
