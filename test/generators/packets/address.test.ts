import t from 'tap'
import { ipText, ipv4Bytes, ipv6Bytes, macBytes, macText } from '../../../generators/packets/address.ts'
import { toHex } from './hex.ts'

const addresses: { text: string; kind: 'mac' | 'ipv4' | 'ipv6'; hex: string; read?: string }[] = [
  { text: '02:00:00:00:00:aF', kind: 'mac', hex: '0200000000af', read: '02:00:00:00:00:af' },
  { text: '02-00-00-00-00-01', kind: 'mac', hex: '020000000001', read: '02:00:00:00:00:01' },
  { text: '198.18.0.255', kind: 'ipv4', hex: 'c61200ff' },
  { text: '0.0.0.0', kind: 'ipv4', hex: '00000000' },
  { text: '::', kind: 'ipv6', hex: '0'.repeat(32) },
  { text: '2001:DB8:0:0:1:0:0:1', kind: 'ipv6', hex: '20010db8000000000001000000000001', read: '2001:db8::1:0:0:1' },
  { text: '::ffff:1.2.3.4', kind: 'ipv6', hex: '00000000000000000000ffff01020304', read: '::ffff:102:304' },
]

const readers = { mac: macBytes, ipv4: ipv4Bytes, ipv6: ipv6Bytes }

for (const { text, kind, hex, read = text } of addresses)
  t.test(`${text} is a ${kind} address and nothing else, also when asked again`, async (t) => {
    for (let again = 0; again < 2; again++)
      for (const [other, reader] of Object.entries(readers)) {
        const bytes = reader(text)
        t.equal(bytes && toHex(bytes), other === kind ? hex : undefined)
        if (bytes !== undefined) t.equal(kind === 'mac' ? macText(bytes) : ipText(bytes), read)
      }
  })

for (const text of [
  '',
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4 ',
  'fe80::1%1',
  ':::',
  '1::2::3',
  '02:00:00:00:00:0g',
  '127.1',
])
  t.test(`${JSON.stringify(text)} is no address`, async (t) => {
    for (const reader of Object.values(readers)) t.equal(reader(text), undefined)
  })
