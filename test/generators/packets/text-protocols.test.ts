import t from 'tap'
import { decodeStack, encodeStack, parseLayerValues } from '../../../generators/packets/stack.ts'
import { eth, ip4, layer } from './example.ts'

const parts = { headers: ['Subject: a'], boundary: 'b', parts: [{ headers: ['X: 1'], body: 'one' }, { body: 'two\n' }] }

const messages: { name: string; layer: string; values: Record<string, unknown>; text: string }[] = [
  { name: 'no SMTP command', layer: 'smtp', values: {}, text: 'NOOP\r\n' },
  {
    name: 'an SMTP command',
    layer: 'smtp',
    values: { command: 'MAIL', argument: 'FROM:<a@b>' },
    text: 'MAIL FROM:<a@b>\r\n',
  },
  { name: 'an SMTP reply', layer: 'smtp', values: { code: 354, text: 'go on' }, text: '354 go on\r\n' },
  { name: 'a reply without text', layer: 'smtp', values: { code: 250 }, text: '250\r\n' },
  {
    name: 'a reply of several lines',
    layer: 'smtp',
    values: { code: 250, text: ['a', 'PIPELINING', 'SIZE'] },
    text: '250-a\r\n250-PIPELINING\r\n250 SIZE\r\n',
  },
  { name: 'odd lines', layer: 'ftp', values: { lines: ['xyz', { hex: 'ff' }], lineEnd: '\n' }, text: 'xyz\n\u00ff\n' },
  {
    name: 'a mail, its dots doubled',
    layer: 'smtp',
    values: { mail: { headers: { From: 'a@b' }, body: 'hello\n.dot\r\n..' } },
    text: 'From: a@b\r\n\r\nhello\r\n..dot\r\n...\r\n.\r\n',
  },
  {
    name: 'a mail in parts',
    layer: 'smtp',
    values: { mail: parts },
    text: 'Subject: a\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nX: 1\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n.\r\n',
  },
  {
    name: 'a mail in parts that says itself what it is, and does not end them',
    layer: 'smtp',
    values: { mail: { ...parts, headers: ['Content-Type: x'], closeDelimiter: false } },
    text: 'Content-Type: x\r\n\r\n--b\r\nX: 1\r\n\r\none\r\n--b\r\n\r\ntwo\r\n.\r\n',
  },
  { name: 'an FTP reply', layer: 'ftp', values: { code: 220, text: '(x)' }, text: '220 (x)\r\n' },
  {
    name: 'a SIP request',
    layer: 'sip',
    values: { method: 'INVITE', requestUri: 'sip:a@b', headers: { Via: 'x' }, body: 'abc' },
    text: 'INVITE sip:a@b SIP/2.0\r\nVia: x\r\nContent-Length: 3\r\n\r\nabc',
  },
  {
    name: 'a SIP response with a short header for the length',
    layer: 'sip',
    values: { status: 100, reason: 'Trying', headers: { l: 0 } },
    text: 'SIP/2.0 100 Trying\r\nl: 0\r\n\r\n',
  },
  {
    name: 'an SSH identification',
    layer: 'ssh',
    values: { softwareVersion: 'a', comments: 'b c' },
    text: 'SSH-2.0-a b c\r\n',
  },
  { name: 'an SSH identification that is none', layer: 'ssh', values: { identification: 'SSH-' }, text: 'SSH-\r\n' },
  { name: 'no syslog field', layer: 'syslog', values: {}, text: '<13>1 - - - - - -' },
  { name: 'a syslog message', layer: 'syslog', values: { priority: 34, msg: 'x' }, text: '<34>1 - - - - - - x' },
]

for (const { name, layer: of, values, text } of messages)
  t.test(`${name} is written as a peer sees it, and read into what makes it again`, async (t) => {
    const bytes = encodeStack([layer(of, values)])
    t.equal(Buffer.from(bytes).toString('latin1'), text)
    t.equal(Buffer.from(encodeStack(decodeStack(bytes, of))).toString('latin1'), text)
  })

t.test('lines are read as lines, what has no end stays a payload', async (t) => {
  const [lines, rest] = decodeStack(new TextEncoder().encode('250-a\r\n250 b\r\n25'), 'smtp')
  t.match(lines?.values, { lines: ['250-a', '250 b'], lineEnd: '\r\n' })
  t.match(rest, { layer: 'payload', problems: [] })
})

t.test('bytes of 255 are doubled in Telnet data and read as one', async (t) => {
  const bytes = encodeStack([layer('telnet', { items: [{ hex: '41ff42' }, { command: 'WILL', option: 'ECHO' }] })])
  t.equal(Buffer.from(bytes).toString('hex'), '41ffff42fffb01')
  t.same(decodeStack(bytes, 'telnet')[0]?.values.items, [Uint8Array.of(0x41, 0xff, 0x42), { command: 251, option: 1 }])
})

t.test('a key exchange is read by its fields', async (t) => {
  const [packet] = decodeStack(
    encodeStack([layer('ssh', { messageNumber: 'KEXINIT', macAlgorithmsClientToServer: [] })]),
    'ssh',
  )
  t.match(packet?.values, { packetLength: 140, kexAlgorithms: ['curve25519-sha256'], macAlgorithmsClientToServer: [] })
  t.equal(((packet?.values.packetLength as number) + 4) % 8, 0)
})

t.test('a TFTP error is written field by field', async (t) => {
  const values = { opcode: 'ERROR', errorCode: 'fileNotFound', errorMessage: 'no' }
  t.equal(Buffer.from(encodeStack([layer('tftp', values)])).toString('hex'), '000500016e6f00')
})

t.test('the middle of a stream is a payload, and no problem', async (t) => {
  for (const destinationPort of [21, 22, 25, 5060]) {
    const segment = layer('tcp', { sourcePort: 40000, destinationPort, flags: ['ACK'] })
    for (const data of [{ hex: 'fffffffffffffffe' }, 'no end of a line'])
      t.match(decodeStack(encodeStack([eth, ip4, segment, layer('payload', { data })])).at(-1), {
        layer: 'payload',
        problems: [],
      })
  }
})

t.test('what a mail or a kind cannot be is told', async (t) => {
  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ['smtp', { mail: 'text' }, /smtp.mail: "text" is not \{ headers, body \}/],
    ['smtp', { mail: { parts: [{ bod: 'x' }] } }, /smtp.mail.parts\[0\].bod: unknown field; did you mean "body"/],
    ['smtp', { mail: { closeDelimiter: 1 } }, /1 is not true or false/],
    ['rfb', { kind: 'ServerInt' }, /unknown kind "ServerInt"; did you mean "ServerInit"/],
    ['telnet', { items: 'text' }, /"text" is not a list/],
  ]
  for (const [name, values, message] of wrong) t.throws(() => parseLayerValues(name, values), { message })
})
