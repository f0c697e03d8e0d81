import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { CampaignRecord } from '../../harness/evidence/record.ts'
import { findChromium } from '../../harness/setup/chromium.ts'
import { type ReporterName, reporters } from '../../reports/registry.ts'
import type { Reporter } from '../../reports/reporter.ts'

const run = promisify(execFile)

/** The only file of a report, as text. */
export async function rendered(name: ReporterName, record: CampaignRecord): Promise<string> {
  const reporter: Reporter = reporters[name]
  const [file] = await reporter.render(record)
  return String(file?.content ?? '')
}

/** A Chromium, or an error that says how to get one. */
export async function browserPath(): Promise<string> {
  const path = await findChromium(process.env)
  if (!path) throw new Error('no Chromium; `npm test` installs it')
  return path
}

/** What a program says to some input. */
export async function piped(command: string, args: readonly string[], input: string): Promise<string> {
  const child = run(command, [...args], { maxBuffer: 64 * 1024 * 1024 })
  // A program that reads nothing may be gone before the input is written.
  child.child.stdin?.on('error', () => {}).end(input)
  return (await child).stdout
}

/** Text that tries to be obeyed: by browsers, spreadsheets, terminals, Markdown, XML and readers of right-to-left text. */
export const hostileText = [
  '=HYPERLINK("http://evil.example","x")',
  '</title></style></script><script>globalThis.owned=1</script><img src=x onerror="globalThis.owned=2">',
  `" onmouseover="globalThis.owned=3" x='`,
  ']]><owned/><!-- <![CDATA[ &owned; %owned;',
  '| **bold** `code` [link](javascript:owned) ![i](http://evil.example/i.png) <b>x</b>',
  '@everyone https://evil.example www.evil.example #1',
  '\u0000\u0007\u001b[31mred\u001b[0m\u007f\u0085\r',
  'abc\u202edcba\u2066x\u200b\ufeff\u2028\u2029\u{e0041}\ud800\ufffe',
  '<%= owned %> {{owned}}',
].join('\n')
