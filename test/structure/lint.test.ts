import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { asUser, userEnvironment } from '../cli/environment.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { lint: string } }
const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)

for (const command of scripts.lint.split(' && ')) {
  t.test(`${command} has nothing to say`, async (t) => {
    const { status, stdout, stderr } = spawnSync(...asUser('sh', ['-c', command]), {
      cwd: root,
      encoding: 'utf8',
      env: userEnvironment({ PATH: path }),
    })
    t.equal(status, 0, `${stdout}${stderr}`)
  })
}
