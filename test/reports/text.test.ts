import fc from 'fast-check'
import t from 'tap'
import { percent, shellQuoted, time } from '../../reports/format.ts'
import { escapeMarkup, oneLine, visible } from '../../reports/text.ts'
import { piped } from './reports.ts'

t.test('what would be hidden or obeyed is shown', async (t) => {
  for (const [text, shown] of [
    ['plain – text ünïcode 漢字 🙂', 'plain – text ünïcode 漢字 🙂'],
    ['a\u202eb', 'a⟨U+202E⟩b'],
    ['\u0000\u001b\u007f\u0085', '⟨U+0000⟩⟨U+001B⟩⟨U+007F⟩⟨U+0085⟩'],
    ['a\u200bb\ufeff\u2066', 'a⟨U+200B⟩b⟨U+FEFF⟩⟨U+2066⟩'],
    ['\ud800x', '⟨U+D800⟩x'],
    ['\ufffe\u{1ffff}\u{e0041}', '⟨U+FFFE⟩⟨U+1FFFF⟩⟨U+E0041⟩'],
    ['line\nline\ttab', 'line\nline\ttab'],
  ] as const)
    t.equal(visible(text), shown)
  t.equal(oneLine(' a\r\n b\t\tc\u2028d '), 'a b c⟨U+2028⟩d')
})

t.test('whatever the text, what is written is allowed in XML and holds no markup', async () => {
  const allowed = /^[\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const escaped = escapeMarkup(text)
      return allowed.test(escaped) && !/[<>"']/.test(escaped) && !/&(?!(amp|lt|gt|quot|#39);)/.test(escaped)
    }),
  )
})

t.test('a share never rounds to all or nothing', async (t) => {
  t.strictSame([0, 1e-6, 0.5, 0.99999, 1].map(percent), ['0%', '0.1%', '50.0%', '99.9%', '100%'])
})

t.test('times have the unit that suits', async (t) => {
  t.strictSame([0, 6.61, 99.96, 999.4, 999.6, 1240, 10_000, 59_996, 125_000, 3_660_000, -4].map(time), [
    '0.0 ms',
    '6.6 ms',
    '100 ms',
    '999 ms',
    '1 s',
    '1.24 s',
    '10 s',
    '1 min 0 s',
    '2 min 5 s',
    '1 h 1 min',
    '−4.0 ms',
  ])
})

t.test('a shell reads a quoted text as it was', async (t) => {
  for (const text of ['plain', "it's", 'a b;$(x)`y`"z"\\', '', '-n', '*'])
    t.equal(await piped('sh', ['-c', `printf %s ${shellQuoted(text)}`], ''), text)
})
