import t from 'tap'
import { UnsupportedRule } from '../../../harness/sigma/rejected.ts'
import { selects } from './selections.ts'

/** A selection, events that fit it, and events that do not. */
const cases: [name: string, selection: unknown, fits: unknown[], others: unknown[]][] = [
  ['a plain value, in any letter case', { Image: '/bin/Sh' }, [{ Image: '/BIN/sh' }], [{ Image: '/bin/sh2' }, {}]],
  ['a number, as a number or as text', { Port: 22 }, [{ Port: 22 }, { Port: '22' }], [{ Port: 220 }, { Port: null }]],
  ['an empty text', { A: '' }, [{ A: '' }], [{ A: 'x' }, { A: null }, {}]],
  ['null: no field, or no value', { A: null }, [{}, { A: null }], [{ A: '' }, { A: 0 }]],
  ['one of several values', { A: ['x', 'y'] }, [{ A: 'y' }], [{ A: 'z' }]],
  ['a field with several values', { A: 'y' }, [{ A: ['x', 'y'] }], [{ A: ['x'] }]],
  [
    'a field within a field',
    { 'A.B': 'y' },
    [{ A: { B: 'y' } }, { 'A.B': 'y' }, { A: [{ B: 'x' }, { B: 'y' }] }],
    [{ A: 'y' }],
  ],
  ['all entries of a map', { A: 'x', B: 'y' }, [{ A: 'x', B: 'y' }], [{ A: 'x' }, { B: 'y' }]],
  ['one map of a list', [{ A: 'x' }, { B: 'y' }], [{ A: 'x' }, { B: 'y' }], [{ A: 'y', B: 'x' }]],
  ['wildcards', { A: 'a*c?' }, [{ A: 'abbcd' }, { A: 'ac\n' }], [{ A: 'abc' }, { A: 'xacd' }]],
  ['startswith', { 'A|startswith': '/tmp' }, [{ A: '/tmp/x' }, { A: '/TMP' }], [{ A: '/var/tmp' }]],
  ['endswith', { 'A|endswith': 'sh' }, [{ A: '/bin/bash' }, { A: 'sh' }], [{ A: 'shx' }]],
  ['contains', { 'A|contains': 'tcp' }, [{ A: '/dev/tcp/1' }], [{ A: 'tc' }]],
  ['contains, all', { 'A|contains|all': ['x', 'y'] }, [{ A: 'yx' }], [{ A: 'x' }, { A: ['x'], B: 'y' }]],
  ['contains with a wildcard', { 'A|contains': 'a*b' }, [{ A: '-a-b-' }], [{ A: 'ba' }]],
  ['a wildcard that is none', { 'A|contains': '\\*' }, [{ A: 'a*b' }], [{ A: 'ab' }]],
  ['cased', { 'A|cased': 'Sh' }, [{ A: 'Sh' }], [{ A: 'sh' }]],
  ['contains, cased', { 'A|contains|cased': 'Sh' }, [{ A: 'xShx' }], [{ A: 'xshx' }]],
  ['exists', { 'A|exists': true }, [{ A: null }, { A: '' }, { A: {} }], [{}]],
  ['exists not', { 'A|exists': false }, [{}, { B: 1 }], [{ A: null }]],
  ['neq', { 'A|neq': 'x' }, [{ A: 'y' }, {}], [{ A: 'X' }]],
  ['re', { 'A|re': '^a.c$' }, [{ A: 'abc' }], [{ A: 'ABC' }, { A: 'xabc' }, { A: 'a\nc' }]],
  ['re, i', { 'A|re|i': '^a.c$' }, [{ A: 'ABC' }], [{ A: 'ABCD' }]],
  ['re, m', { 'A|re|m': '^b$' }, [{ A: 'a\nb' }], [{ A: 'ab' }]],
  ['re, s', { 'A|re|s': 'a.c' }, [{ A: 'a\nc' }], [{ A: 'ac' }]],
  ['re with flags of its own', { 'A|re': '(?i)abc' }, [{ A: 'ABC' }], [{ A: 'ab' }]],
  ['cidr', { 'A|cidr': '10.0.0.0/8' }, [{ A: '10.1.2.3' }], [{ A: '11.0.0.1' }, { A: 'ten' }, { A: '::a00:1' }]],
  [
    'cidr of IPv6',
    { 'A|cidr': ['fd00::/8', '::1'] },
    [{ A: 'FD12::1' }, { A: '::1' }],
    [{ A: 'fe80::1' }, { A: '10.0.0.1' }],
  ],
  ['lt', { 'A|lt': 5 }, [{ A: 4 }, { A: '4.5' }], [{ A: 5 }, { A: 'x' }, { A: '' }, {}]],
  ['lte', { 'A|lte': 5 }, [{ A: 5 }], [{ A: 6 }]],
  ['gt', { 'A|gt': 5 }, [{ A: '6' }], [{ A: 5 }]],
  ['gte', { 'A|gte': '5' }, [{ A: 5 }], [{ A: 4 }]],
  [
    'hour',
    { 'A|hour': [22, 23] },
    [{ A: '2026-11-24T22:05:09.000Z' }, { A: '2026-11-24 23:05' }],
    [{ A: '2026-11-24' }],
  ],
  ['minute', { 'A|minute': 5 }, [{ A: '2026-11-24T22:05:09' }], [{ A: '2026-11-24T05:22:00' }]],
  ['day', { 'A|day': 24 }, [{ A: '2026-11-24' }], [{ A: '2026-11-25' }, { A: 'today' }]],
  ['month and year', { 'A|month': 11, 'A|year': 2026 }, [{ A: '2026-11-24' }], [{ A: '2025-11-24' }]],
  ['week', { 'A|week': 53 }, [{ A: '2027-01-01' }], [{ A: '2027-01-04' }]],
  ['base64', { 'A|base64': 'foobar' }, [{ A: 'Zm9vYmFy' }], [{ A: 'foobar' }]],
  [
    'base64offset, contains',
    { 'A|base64offset|contains': '/bin/bash' },
    ['/bin/bash', 'x/bin/bash', 'xy/bin/bash', 'xyz/bin/bash -i'].map((text) => ({ A: `x ${btoa(text)} y` })),
    [{ A: btoa('/bin/sh') }, { A: '/bin/bash' }],
  ],
  ['wide, base64', { 'A|wide|base64': 'ab' }, [{ A: 'YQBiAA==' }], [{ A: 'YWI=' }]],
  ['utf16be, base64', { 'A|utf16be|base64': 'ab' }, [{ A: 'AGEAYg==' }], [{ A: 'YQBiAA==' }]],
  ['utf16, base64', { 'A|utf16|base64': 'ab' }, [{ A: '//5hAGIA' }], [{ A: 'YQBiAA==' }]],
  [
    'utf16le, base64offset, contains',
    { 'A|utf16le|base64offset|contains': 'http' },
    ['http', '-http', '--http'].map((text) => ({ A: Buffer.from(text, 'utf16le').toString('base64') })),
    [{ A: btoa('http') }],
  ],
  [
    'windash, contains',
    { 'A|windash|contains': [' -enc '] },
    [{ A: 'x -enc y' }, { A: 'x /enc y' }, { A: 'x \u2013enc y' }, { A: 'x \u2015enc y' }],
    [{ A: 'x enc y' }, { A: 'x _enc y' }],
  ],
  ['windash leaves dashes within words alone', { 'A|windash': 'a-b' }, [{ A: 'a-b' }], [{ A: 'a/b' }]],
  ['fieldref', { 'A|fieldref': 'B' }, [{ A: 'x', B: 'X' }], [{ A: 'x', B: 'y' }, { A: 'x' }, {}, { A: null, B: null }]],
  ['fieldref, endswith', { 'A|fieldref|endswith': 'B' }, [{ A: '/bin/sh', B: 'sh' }], [{ A: 'sh', B: '/bin/sh' }]],
  ['fieldref, cased', { 'A|fieldref|cased': 'B' }, [{ A: 'x', B: 'x' }], [{ A: 'x', B: 'X' }]],
  ['a keyword', 'evil', [{ A: 'an EVIL thing' }, { A: { B: ['evil'] } }], [{ evil: 'x' }]],
  ['one of several keywords', ['evil', 'bad*thing'], [{ A: 'a bad old thing' }], [{ A: 'bad', B: 'thing' }]],
  ['all of several keywords', { '|all': ['x', 'y'] }, [{ A: 'x', B: 'y' }], [{ A: 'x' }]],
  ['a keyword by expression', { '|re': 'e.il' }, [{ A: 'evil' }], [{ A: 'eil' }]],
]

for (const [name, selection, fits, others] of cases) {
  t.test(name, async (t) => {
    for (const event of fits) t.equal(selects(selection, event), true, JSON.stringify(event))
    for (const event of others) t.equal(selects(selection, event), false, `not ${JSON.stringify(event)}`)
  })
}

t.test('expand fills placeholders in, each with any of its values', async (t) => {
  const placeholders = { Servers: ['srv*', 'db1'], Domain: ['corp'] }
  const selection = { 'A|expand': '%Domain%\\\\%Servers%' }
  t.equal(selects(selection, { A: 'corp\\srv9' }, placeholders), true)
  t.equal(selects(selection, { A: 'corp\\db1' }, placeholders), true)
  t.equal(selects(selection, { A: 'corp\\db2' }, placeholders), false)
  t.equal(selects({ 'A|expand': '\\%plain%Domain%' }, { A: '%plaincorp' }, placeholders), true)
  t.equal(selects({ A: '%Domain%' }, { A: '%domain%' }, placeholders), true, 'without expand it is text')
})

const refused: [selection: unknown, reason: RegExp][] = [
  [{ 'A|expand': '%Unknown%' }, /"A\|expand": the placeholder %Unknown% has no value/],
  [{ 'A|soundslike': 'x' }, /"A\|soundslike": the modifier "soundslike" is not known/],
  [{ 'A|re': '(' }, /"A\|re": "\(" is no expression that can be used/],
  [{ 'A|cidr': '10.0.0.0/99' }, /"A\|cidr": "10.0.0.0\/99" is no network/],
  [{ 'A|gt': 'many' }, /"A\|gt": gt takes a number, not "many"/],
  [{ 'A|exists': 'yes' }, /"A\|exists": exists takes true or false, not "yes"/],
  [{ 'A|base64': 'a*b' }, /"A\|base64": base64 cannot be applied to a value with wildcards, "a\*b"/],
  [{ 'A|windash': '-a -b -c -d -e' }, /"A\|windash": windash: .* has 5 options/],
  [{ A: [] }, /"A" has an empty list/],
  [{ A: { B: 1 } }, /"A" has a value that is neither text/],
  [{}, /an empty selection asks for nothing/],
  [[], /an empty list asks for nothing/],
]

for (const [selection, reason] of refused) {
  t.test(`refuses ${JSON.stringify(selection)}`, async (t) => {
    t.throws(() => selects(selection, {}), UnsupportedRule)
    t.throws(() => selects(selection, {}), { message: reason })
  })
}
