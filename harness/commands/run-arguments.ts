import type { CommandOption } from '../cli/command.ts'

/**
 * What was typed, without some options and their values: the part that, with the seed, plays the same again.
 * @param argv what follows `tocsin`, already found valid
 * @param dropped long names without dashes
 */
export function withoutOptions(
  argv: readonly string[],
  options: readonly CommandOption[],
  dropped: readonly string[],
): string[] {
  const kept: string[] = []
  for (let index = 0; index < argv.length; index += 1) {
    const word = String(argv[index])
    if (word === '--') return [...kept, ...argv.slice(index)]
    const [name = ''] = word.split('=', 1)
    const option = options.find(({ flags }) => flags.split(/[ ,|]+/).includes(name))
    const takesNext = option?.flags.includes('<') && !word.includes('=')
    const words = argv.slice(index, index + (takesNext ? 2 : 1))
    if (option === undefined || !dropped.includes(name.replace(/^-+/, ''))) kept.push(...words)
    index += words.length - 1
  }
  return kept
}
