import t from 'tap'
import { kernelAddresses, otherSubnets } from '../../../harness/sandbox/subnets.ts'

t.test('the engine gets the first eight addresses of a subnet', async (t) => {
  t.strictSame(kernelAddresses('198.18.0.0/20'), { range: '198.18.0.0/29', gateway: '198.18.0.1' })
  t.strictSame(kernelAddresses('10.255.255.224/27'), { range: '10.255.255.224/29', gateway: '10.255.255.225' })
})

t.test('what is no network, or too small or large a one, gets none', async (t) => {
  for (const subnet of [
    '',
    'no',
    '198.18.0.0',
    '198.18.0.1/20',
    '198.18.0.0/28',
    '0.0.0.0/0',
    'fd00::/64',
    '198.18.0/20',
  ]) {
    t.equal(kernelAddresses(subnet), null, subnet)
  }
})

t.test(
  'the alternatives to a subnet of 198.18.0.0/15 are all the others of its size, once each, from the next one on',
  async (t) => {
    const others = otherSubnets('198.18.16.0/20')
    t.equal(others.length, 31)
    t.equal(new Set(others).size, 31)
    t.notOk(others.includes('198.18.16.0/20'))
    t.equal(others[0], '198.18.32.0/20')
    t.equal(others.at(-1), '198.18.0.0/20')
    t.ok(others.includes('198.19.240.0/20'))
  },
)

t.test('a subnet elsewhere, or larger than the pool, has no alternatives', async (t) => {
  for (const subnet of ['10.0.0.0/20', '198.20.0.0/20', '198.16.0.0/14', '198.18.0.0/15', 'no']) {
    t.strictSame(otherSubnets(subnet), [], subnet)
  }
})
