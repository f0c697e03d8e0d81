import t from 'tap'
import { missingFields } from '../../../harness/verdict/fields.ts'

const record = {
  app_proto: 'http',
  http: { status: 404, url: '/a?b=1', headers: [{ name: 'Host' }, { name: 'Accept' }], empty: '' },
  'dotted.key': 1,
  tags: ['x', 'y'],
  none: null,
  ok: false,
}

const cases: [string, unknown, boolean][] = [
  ['app_proto', 'http', true],
  ['app_proto', 'HTTP', false],
  ['http.status', 404, true],
  ['http.status', '404', true],
  ['http.status', [200, 404], true],
  ['http.status', [200, 500], false],
  ['http.status', { min: 400, max: 499 }, true],
  ['http.status', { min: 405 }, false],
  ['http.url', { contains: '?b' }, true],
  ['http.url', { matches: '^/a' }, true],
  ['http.url', { matches: '(' }, false],
  ['http.url', { not: '/b' }, true],
  ['http.url', { not: '/a?b=1' }, false],
  ['http.absent', { not: 'x' }, false],
  ['http.absent', { exists: false }, true],
  ['http.absent', { exists: true }, false],
  ['http.empty', { exists: true }, true],
  ['http.headers.name', 'Accept', true],
  ['http.headers.0.name', 'Accept', false],
  ['http.headers.1.name', 'Accept', true],
  ['http.headers.name', 'Cookie', false],
  ['tags', 'y', true],
  ['tags', { not: 'y' }, false],
  ['tags', { not: 'z' }, true],
  ['none', null, true],
  ['ok', false, true],
  ['ok', true, false],
  ['http', 'http', false],
  ['constructor', { exists: true }, false],
  ['__proto__.toString', { exists: true }, false],
  ['http.status', { near: 404 }, false],
  ['http.status', {}, false],
  ['http.status', { constructor: 404 }, false],
]

t.test('a wanted field is found by its path and compared', async (t) => {
  for (const [path, wanted, fits] of cases)
    t.same(missingFields(record, { [path]: wanted }), fits ? [] : [path], `${path} ${JSON.stringify(wanted)}`)
})

t.test('all that is missing is named', async (t) => {
  t.same(missingFields(record, { app_proto: 'http', a: 1, 'b.c': 2 }), ['a', 'b.c'])
})
