import t from 'tap'
import { code, plain } from '../../reports/markdown.ts'
import { hostileText, rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

/** Cells of a table row: split at bars that no backslash stands before. */
const cells = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1)

t.test('the summary has the figures, the gaps and every scenario', async (t) => {
  const text = await rendered('markdown', sampleRecord())
  t.match(text, /\*\*The stack detected 35 of 43 scenarios/)
  t.match(text, /\| Scenarios detected \| 35 of 43 \(81\.4%; 95% interval 67\.4% to 90\.3%\) \|/)
  t.match(text, /- ✕ Missed: RST injected/)
  t.match(text, /tocsin run --seed 7c1e90b2/)
  t.equal(text.split('\n').filter((line) => cells(line).length === 8).length, 46 + 2)
})

t.test('text is no markup, link or mention', async (t) => {
  for (const [text, escaped] of [
    ['a|b', String.raw`a\|b`],
    ['`x` *y* _z_ ~s~', String.raw`\`x\` \*y\* \_z\_ \~s\~`],
    ['<b>&amp;', String.raw`\<b\>\&amp;`],
    ['![a](b) [c](d)', String.raw`\!\[a\](b) \[c\](d)`],
    ['https://x www.x', String.raw`https\://x www\.x`],
    ['@all a@b.c', '`@`all a`@`b.c'],
    ['# head', String.raw`\# head`],
    ['- item', String.raw`\- item`],
    ['1. item', String.raw`1\. item`],
    ['a\nb', 'a b'],
    ['a\u202eb', 'a⟨U+202E⟩b'],
    [String.raw`a\|b`, String.raw`a\\\|b`],
  ] as const)
    t.equal(plain(text), escaped)
})

t.test('a code span ends where its text ends', async (t) => {
  for (const [text, span] of [
    ['x', '`x`'],
    ['a`b', '``a`b``'],
    ['`a``', '``` `a`` ```'],
    ['a|b', String.raw`\`a\|b\``.replaceAll('\\`', '`')],
    ['<script>', '`<script>`'],
    ['', ''],
  ] as const)
    t.equal(code(text), span)
})

t.test('hostile text breaks neither table nor list, and holds no markup outside code', async (t) => {
  const text = await rendered('markdown', sampleRecord({ text: hostileText }))
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  t.equal(rows.filter((line) => cells(line).length === 8).length, 46 + 2)
  t.equal(rows.filter((line) => cells(line).length === 2).length, 11 + 2)
  t.equal(rows.length, 48 + 13)
  const outside = text.replace(/(?<!\\)(`+)[^`]([\s\S]*?[^`])?\1(?!`)/g, '')
  t.notMatch(outside, /(?<!\\)[<>]/)
  t.notMatch(outside, /https?:\/\//)
  t.notMatch(outside, /@/)
  t.notMatch(text, /[^\P{Cc}\n]|\p{Cf}|\p{Cs}/u)
})
