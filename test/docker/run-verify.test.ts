import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { verifyRun } from '../../harness/attestation/verify-run.ts'
import { tocsin } from '../cli/tocsin.ts'
import { reporters } from '../../reports/registry.ts'
import { audit } from './audit-lock.ts'

const lock = audit('shared')
t.teardown(() => lock[Symbol.dispose]())

t.setTimeout(300_000)

/** One file of each kind: the first of each ending, and every one at the top. */
async function ofEachKind(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const inside = paths.filter((path) => path.startsWith(join(folder, 'evidence')))
  const firsts = new Map(inside.map((path) => [path.slice(path.lastIndexOf('.')), path]))
  return [...paths.filter((path) => !inside.includes(path)), ...firsts.values()]
}

t.test('what a run leaves is whole, and one byte that is changed in any kind of file is found', async (t) => {
  const cwd = t.testdir()
  const run = await tocsin(['run', '--only', 'icmp-unknown-type,bash-dev-tcp', '--out', 'one-run'], { cwd })
  t.equal(run.code, 0, run.stderr)
  const folder = join(cwd, 'one-run')
  const files = await ofEachKind(folder)
  const names = (await readdir(folder)).filter((name) => name.startsWith('report.'))
  t.ok(names.length >= Object.keys(reporters).length, names.join(' '))
  for (const ending of ['.pcap', '.json'])
    t.ok(
      files.some((path) => path.includes('evidence') && path.endsWith(ending)),
      ending,
    )

  const whole = await tocsin(['verify', 'one-run'], { cwd })
  t.equal(whole.code, 0, whole.stdout)
  t.match(whole.stdout, /^UNSIGNED {2}run .* nobody has signed them/m)
  const asJson = await tocsin(['verify', 'one-run', '--json'], { cwd })
  t.match(JSON.parse(asJson.stdout), { verified: false, isWhole: true, isSigned: false, problems: [] })
  await tocsin(['keys', 'soc'], { cwd })
  const asked = await tocsin(['verify', 'one-run', '--key', 'soc.pub.pem'], { cwd })
  t.match(
    asked,
    { code: 1, stdout: /not signed.*\n(.*\n)*NOT VERIFIED/ },
    'who asks for a signature is told that there is none',
  )

  for (const file of files) {
    const bytes = await readFile(file)
    const changed = Buffer.from(bytes)
    changed[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    await writeFile(file, changed)
    const { problems } = await verifyRun(folder, {
      keys: [],
      ledger: { path: join(cwd, 'ledger.jsonl'), isRequired: false },
      beside: { authorities: null, now: Date.now() },
      tool: '0.1.0',
      remake: async () => [],
    })
    t.not(problems.length, 0, file.slice(folder.length + 1))
    await writeFile(file, bytes)
  }
  const file = join(folder, 'report.html')
  const html = await readFile(file, 'utf8')
  await writeFile(file, html.replace('detected', 'detectee'))
  const altered = await tocsin(['verify', 'one-run'], { cwd })
  t.match(altered, { code: 1, stdout: /"report.html" was altered\n(.*\n)*NOT VERIFIED/ })
  await writeFile(file, html)

  const exceptions = join(cwd, 'exceptions.yaml')
  await writeFile(exceptions, 'exceptions: []\n')
  t.equal((await tocsin(['report', 'one-run', '--exceptions', 'exceptions.yaml'], { cwd })).code, 0)
  const again = await tocsin(['verify', 'one-run'], { cwd })
  t.equal(again.code, 0, `reports written again are entered into the manifest\n${again.stdout}`)
})
