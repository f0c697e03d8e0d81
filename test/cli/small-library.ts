import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from './tocsin.ts'

const files = ['extraneous/tcp-null-scan', 'extraneous/tcp-fin-scan-services', 'malformed/icmp-unknown-type']

/** A scenario folder with three scenarios of the real library, quicker to load than the whole. */
export async function smallLibrary(folder: string): Promise<string> {
  for (const file of files) {
    const path = join(folder, `${file}.yaml`)
    await mkdir(dirname(path), { recursive: true })
    await cp(join(root, 'scenarios', `${file}.yaml`), path)
  }
  return folder
}
