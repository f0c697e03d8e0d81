// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import t from 'tap'
import { derive16, derive32 } from '../../../generators/conversation/derive.ts'
import { namesOf, resolveNames, suggestion } from '../../../generators/conversation/names.ts'
import { first, second } from '../identities.ts'

const names = namesOf(first)

t.test('names are filled in wherever they stand, and a lone one keeps its type', async (t) => {
  const value = {
    data: ['to ${server.ipv4}:${server.port}', '${client.port}', 7],
    deep: { text: '${marker}', mac: '${client.mac}', left: Uint8Array.of(1) },
  }
  t.strictSame(resolveNames(value, names, 'frames[0]'), {
    data: ['to 198.18.0.2:8000', 40001, 7],
    deep: { text: '5eed0001', mac: '02:54:00:00:00:01', left: Uint8Array.of(1) },
  })
})

t.test('a doubled dollar sign keeps the braces, and other dollar signs stay', async (t) => {
  t.equal(resolveNames('$${marker} costs $5 ${ and $(x)', names, ''), '${marker} costs $5 ${ and $(x)')
})

t.test('an unknown name is an error that tells where, what and the nearest right one', async (t) => {
  t.throws(() => resolveNames({ a: ['${clinet.ipv4}'] }, names, 'frames[3]'), {
    name: 'GeneratorError',
    path: 'frames[3].a[0]',
    message: 'frames[3].a[0]: unknown name "${clinet.ipv4}"; did you mean "client.ipv4"?',
  })
  t.throws(() => resolveNames('${constructor}', names, ''), /names are marker, /)
})

t.test('a suggestion is only made when it is near', async (t) => {
  t.equal(suggestion('upd', ['tcp', 'udp']), '; did you mean "udp"?')
  t.equal(suggestion('quantum', ['tcp', 'udp']), '')
  t.equal(suggestion('x', []), '')
})

t.test('derived numbers are fixed by marker and purpose, and never 0 in 16 bits', async (t) => {
  t.equal(derive32(first.marker, 'isn'), derive32(first.marker, 'isn'))
  t.not(derive32(first.marker, 'isn'), derive32(second.marker, 'isn'))
  t.not(derive32(first.marker, 'isn'), derive32(first.marker, 'clock'))
  const many = Array.from({ length: 2000 }, (_, index) => derive16(String(index), 'id'))
  t.ok(many.every((value) => value >= 1 && value <= 0xffff))
})
