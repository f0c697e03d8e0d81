import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { InputError } from '../errors.ts'

/** One question of several. */
export interface Question {
  name: string
  text: string
  /** Taken on Enter alone; absent: an answer is needed. */
  initial?: string
  /** What is wrong with an answer, to be asked again; null when nothing is. */
  problem?: (answer: string) => string | null
}

/**
 * Asks questions one after another.
 * @returns the answers by name
 * @throws InputError when the input ends before all are answered; AbortError when the signal fires
 */
export async function ask(
  questions: readonly Question[],
  input: Readable,
  output: Writable,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {}
  // The terminal stays in its own line mode, so that Ctrl-C is a signal as everywhere else.
  const lines = createInterface({ input, terminal: false, signal })
  const iterator = lines[Symbol.asyncIterator]()
  try {
    for (const { name, text, initial, problem } of questions) {
      for (;;) {
        output.write(`${text}${initial === undefined ? '' : ` [${initial}]`}: `)
        const { value, done } = await iterator.next()
        signal.throwIfAborted()
        if (done) throw new InputError(`no answer to "${text}"`)
        const answer = String(value).trim() || initial
        const wrong = answer === undefined ? 'an answer is needed' : (problem?.(answer) ?? null)
        if (answer !== undefined && wrong === null) {
          answers[name] = answer
          break
        }
        output.write(`  ${wrong}\n`)
      }
    }
  } finally {
    lines.close()
  }
  return answers
}
