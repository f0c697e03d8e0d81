import fc from 'fast-check'
import t from 'tap'
import { packetAddresses } from '../../../harness/attribution/packet-addresses.ts'
import { sampleTrials } from '../monitors/suricata-sample.ts'

const flowsOf = (name: string) =>
  sampleTrials
    .filter((trial) => trial.name === name)
    .flatMap(({ frames }) => packetAddresses(frames[0] as Uint8Array).flows)
    .map(({ source, destination, protocol, ports }) =>
      [source, ports?.source, destination, ports?.destination, protocol].join(' '),
    )

t.test('addresses are read at every level, from packets with any fault', async (t) => {
  const expected: [string, string[]][] = [
    ['stray-fin', ['198.18.1.1 40001 198.18.1.2 80 6']],
    ['stray-fin6', ['fd54:6f63:7369::2:1 40002 fd54:6f63:7369::2:2 80 6']],
    ['trunc-ip', []],
    ['badver', ['198.18.10.1 40010 198.18.10.2 9 17']],
    ['icmp-quote', ['198.18.11.2 3 198.18.11.1 3 1', '198.18.11.1 40011 198.18.11.2 9 17']],
    ['arp', ['198.18.13.1  198.18.13.2  ']],
    ['gre-inner', ['198.18.14.1  198.18.14.2  47', '10.9.9.1 40014 10.9.9.2 80 6']],
    ['gre-bad', ['198.18.15.1  198.18.15.2  47']],
  ]
  for (const [name, flows] of expected) t.same(flowsOf(name), flows, name)
  t.same(flowsOf('vxlan')[1], '10.9.9.1 40016 10.9.9.2 80 6')
  t.same(flowsOf('6in4')[1], 'fd54:6f63:7369::11:1 40017 fd54:6f63:7369::11:2 80 6')
  t.same(flowsOf('vlan'), ['198.18.18.1 40018 198.18.18.2 80 6'])
  t.same(flowsOf('ihl'), ['198.18.29.1 40029 198.18.29.2 9 17'])
})

t.test('no bytes, however broken, make it throw', async (t) => {
  const frames = sampleTrials.flatMap((trial) => trial.frames)
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), fc.nat(255), (which, cut, place, value) => {
      const frame = Uint8Array.from(frames[which % frames.length] as Uint8Array).subarray(0, cut % 80)
      if (frame.length > 0) frame[place % frame.length] = value
      packetAddresses(frame)
      packetAddresses(frame, 'ip')
    }),
    { numRuns: 3000 },
  )
  t.pass()
})
