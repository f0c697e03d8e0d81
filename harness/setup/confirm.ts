import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/**
 * Asks a yes-or-no question; Enter alone means yes, anything that is neither is asked again, the end of the input means no.
 * @throws AbortError when the signal aborts
 */
export async function confirm(
  question: string,
  input: Readable,
  output: Writable,
  signal: AbortSignal,
): Promise<boolean> {
  // The terminal stays in its own line mode, so that Ctrl-C is a signal as everywhere else.
  const lines = createInterface({ input, terminal: false, signal })
  const ask = () => output.write(`${question} [Y/n] `)
  ask()
  try {
    for await (const answer of lines) {
      if (/^\s*(y|yes|)\s*$/i.test(answer)) return true
      if (/^\s*(n|no)\s*$/i.test(answer)) return false
      ask()
    }
  } finally {
    lines.close()
  }
  signal.throwIfAborted()
  return false
}
