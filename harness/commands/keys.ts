import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { newKeyPair } from '../attestation/signing-key.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { InputError } from '../errors.ts'
import { userPath } from './inputs.ts'

export const keysCommand: CommandDefinition = {
  arguments: { '<name>': 'path and name of the pair, without an ending' },
  options: [{ flags: '--json', description: 'the files and the key id as JSON' }],
  examples: [['keys new-key', 'new-key.key.pem, which stays with its owner, and new-key.pub.pem for everybody']],
  async run(context, options, [name]) {
    const base = userPath(context, String(name))
    const files = { private: `${base}.key.pem`, public: `${base}.pub.pem` }
    if (existsSync(join(dirname(base), 'run.json')))
      throw new InputError(`${dirname(base)}: is a run folder, which is handed on; keep keys elsewhere`)
    for (const file of Object.values(files))
      if (existsSync(file)) throw new InputError(`${file}: is there already and is not overwritten; give another name`)
    const { privatePem, publicPem, keyId } = newKeyPair()
    await writeNew(files.private, privatePem, 0o600)
    await writeNew(files.public, publicPem, 0o644)
    if (options.json) context.out(`${JSON.stringify({ ...files, keyId }, null, 2)}\n`)
    else context.out(`${files.private}\n${files.public}\nkey id ${keyId}\n`)
    return 0
  },
}

/** Also refuses what came into being since it was looked for. */
async function writeNew(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode).catch((cause: Error) => {
    throw new InputError(`cannot write ${file}: ${cause.message}`, { cause })
  })
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
