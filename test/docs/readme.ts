import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../cli/tocsin.ts'

/** A fenced block of the README. */
export interface Block {
  language: string
  text: string
  /** The file that the sentence before a YAML block says it is; empty elsewhere. */
  file: string
}

export const readme = await readFile(join(root, 'README.md'), 'utf8')

/** Every fenced block, in order. */
export const blocks: readonly Block[] = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
  ({ 1: language = '', 2: text = '', index }) => ({
    language,
    text,
    file: language === 'yaml' ? fileBefore(index) : '',
  }),
)

/** Every command of the `sh` blocks, without its comment. */
export const commandLines: readonly string[] = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '')

/** The README without its fenced blocks. */
export const prose = readme.replace(/^```[\s\S]*?^```$/gm, '')

/** A folder in which the README's commands can be typed: its YAML files and the library. */
export async function workplace(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await symlink(join(root, 'scenarios'), join(folder, 'scenarios'))
  for (const { file, text } of blocks) {
    if (file === '') continue
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return folder
}

/** The last name of a YAML file in code before a place in the README. */
function fileBefore(index: number): string {
  return [...readme.slice(0, index).matchAll(/`([\w/.-]+\.yaml)`/g)].at(-1)?.[1] ?? ''
}
