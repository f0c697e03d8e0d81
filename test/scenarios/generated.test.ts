import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { scenarioFiles } from '../../harness/scenario/files.ts'
import { tocsin } from '../cli/tocsin.ts'
import { folder, generatedFiles } from './generated.ts'

const read = (path: string) => readFileSync(join(folder, path), 'utf8')

t.test('schemas and table are as fresh as the library; npm run docs makes them', async (t) => {
  for (const [name, text] of Object.entries(generatedFiles())) t.equal(read(name), text, name)
})

t.test('tocsin schema prints the schemas that editors read', async (t) => {
  for (const subject of ['scenario', 'campaign', 'controls', 'exceptions', 'determinations']) {
    const { code, stdout } = await tocsin(['schema', subject])
    t.equal(code, 0)
    t.equal(stdout, read(`${subject}.schema.json`), subject)
  }
})

t.test('every file tells editors its schema', async (t) => {
  for (const file of scenarioFiles(folder))
    t.match(read(file), /^# yaml-language-server: \$schema=\.\.\/scenario\.schema\.json\n/, file)
  for (const name of readdirSync(join(folder, 'campaigns')))
    t.match(read(`campaigns/${name}`), /^# yaml-language-server: \$schema=\.\.\/campaign\.schema\.json\n/, name)
  for (const name of readdirSync(join(folder, 'controls')))
    t.match(read(`controls/${name}`), /^# yaml-language-server: \$schema=\.\.\/controls\.schema\.json\n/, name)
})
