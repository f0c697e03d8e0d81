import t from 'tap'
import { nearest, suggestion } from '../../../harness/scenario/nearest.ts'

const layers = ['ethernet', 'ppp', 'udp', 'tcp', 'ipv4', 'ipv6']

t.test('the nearest word is offered, letters in the wrong order first', async (t) => {
  t.equal(nearest('upd', layers), 'udp')
  t.equal(nearest('ethernt', layers), 'ethernet')
  t.equal(nearest('IPV4', layers), 'ipv4')
})

t.test('a word that is near to nothing gets no offer, only the list if it is short', async (t) => {
  t.equal(nearest('modbus', layers), null)
  t.equal(nearest('x'.repeat(100_000), layers), null)
  t.equal(nearest('x', []), null)
  t.equal(suggestion('modbus', layers), '; known: ethernet, ipv4, ipv6, ppp, tcp, udp')
  t.equal(suggestion('udq', layers), '; did you mean "udp"?')
  t.equal(suggestion('modbus', []), '')
  t.equal(
    suggestion(
      'modbus',
      Array.from({ length: 13 }, (_, index) => `layer-number-${index}`),
    ),
    '',
  )
})
