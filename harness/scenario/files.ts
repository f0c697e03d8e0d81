import { readdirSync, statSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { contains, follow } from './source.ts'

/** Folders at the top of a scenario folder that hold something else. */
const reserved = ['campaigns', 'controls']

/** More than this is no library but a mistyped folder. */
const maximumEntries = 20_000

/**
 * The scenario files of a folder, as sorted paths relative to it, with `/` between. Other kinds of files are passed
 * over, and so is what begins with a dot.
 * @throws InputError when there is no such folder, or a link leads out of it or to a folder, or a file ends in `.yml`
 */
export function scenarioFiles(folder: string): string[] {
  if (!statSync(follow(folder)).isDirectory()) throw new InputError(`${folder}: is not a folder`)
  const files: string[] = []
  const problems: string[] = []
  const waiting = ['']
  let seen = 0
  for (let inside = waiting.pop(); inside !== undefined; inside = waiting.pop()) {
    for (const entry of entriesOf(folder, inside)) {
      seen += 1
      if (seen > maximumEntries)
        throw new InputError(`${folder}: holds more than ${maximumEntries} files; is it the right folder?`)
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`
      if (entry.name.startsWith('.') || reserved.includes(path)) continue
      if (entry.isDirectory()) waiting.push(path)
      else if (entry.name.endsWith('.yml'))
        problems.push(`${join(folder, path)}: scenario files end in .yaml; rename it`)
      else if (entry.isSymbolicLink()) {
        const problem = linkProblem(folder, path)
        if (problem !== null) problems.push(problem)
        else if (path.endsWith('.yaml')) files.push(path)
      } else if (path.endsWith('.yaml')) files.push(path)
    }
  }
  if (problems.length > 0) throw new InputError(problems.sort().join('\n'))
  return files.sort()
}

function entriesOf(folder: string, inside: string): Dirent[] {
  const path = join(folder, inside)
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (cause) {
    throw new InputError(`${path}: the folder cannot be read`, { cause })
  }
}

function linkProblem(folder: string, path: string): string | null {
  const file = join(folder, path)
  const real = follow(file)
  if (!contains(folder, real))
    return `${file}: is a link that leads out of the scenario folder "${folder}"; copy the file`
  return statSync(real).isDirectory() ? `${file}: is a link to a folder; only files may be links` : null
}
