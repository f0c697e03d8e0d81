import t from 'tap'
import { PacketError } from '../../../generators/packets/packet-error.ts'
import { decodeStack, encodeStack, parseLayerValues } from '../../../generators/packets/stack.ts'

const wrong: { layer: string; values: unknown; field: string; message: RegExp }[] = [
  {
    layer: 'tcp',
    values: { sorcePort: 1 },
    field: 'sorcePort',
    message: /^tcp\.sorcePort: unknown field; did you mean "sourcePort"\?/,
  },
  { layer: 'ipv4', values: { truncat: 1 }, field: 'truncat', message: /did you mean "truncate"\?/ },
  {
    layer: 'tcp',
    values: { window: 65536 },
    field: 'window',
    message: /^tcp\.window: 65536 is not allowed; a whole number from 0 to 65535$/,
  },
  { layer: 'tcp', values: { window: -1 }, field: 'window', message: /-1 is not allowed/ },
  { layer: 'tcp', values: { window: 1.5 }, field: 'window', message: /1.5 is not allowed/ },
  { layer: 'tcp', values: { window: '80' }, field: 'window', message: /"80" is not allowed/ },
  { layer: 'tcp', values: { window: null }, field: 'window', message: /null is not allowed/ },
  { layer: 'tcp', values: { window: Number.NaN }, field: 'window', message: /is not allowed/ },
  { layer: 'ipv6', values: { flowLabel: 2 ** 20 }, field: 'flowLabel', message: /from 0 to 1048575/ },
  {
    layer: 'tcp',
    values: { flags: ['SYM'] },
    field: 'flags[0]',
    message: /^tcp\.flags\[0\]: unknown name "SYM"; did you mean "SYN"\? Allowed: CWR,/,
  },
  { layer: 'tcp', values: { flags: 256 }, field: 'flags', message: /256 is not allowed/ },
  { layer: 'icmp', values: { type: 'echoRequst' }, field: 'type', message: /did you mean "echoRequest"/ },
  { layer: 'icmp', values: { type: 'constructor' }, field: 'type', message: /unknown name "constructor"/ },
  {
    layer: 'ipv4',
    values: { source: '198.18.0' },
    field: 'source',
    message: /^ipv4\.source: "198\.18\.0" is not an IPv4 address, such as 192\.0\.2\.1$/,
  },
  { layer: 'ipv4', values: { source: '0x7f.1.1.1' }, field: 'source', message: /is not an IPv4 address/ },
  { layer: 'ipv4', values: { source: '::1' }, field: 'source', message: /is not an IPv4 address/ },
  { layer: 'ipv4', values: { source: 'fe80::1:2:3:4' }, field: 'source', message: /is not an IPv4 address/ },
  { layer: 'ipv6', values: { source: 'fe80::1%eth0' }, field: 'source', message: /is not an IPv6 address/ },
  { layer: 'ipv6', values: { source: '1.2.3.4' }, field: 'source', message: /is not an IPv6 address/ },
  {
    layer: 'ethernet',
    values: { source: '02:00:00:00:00' },
    field: 'source',
    message: /is not a MAC address, such as 02:00:00:00:00:01/,
  },
  {
    layer: 'tcp',
    values: { options: [{ type: 'mss', valu: 1 }] },
    field: 'options[0].valu',
    message: /did you mean "value"/,
  },
  {
    layer: 'tcp',
    values: { options: ['nopp'] },
    field: 'options[0]',
    message: /unknown option "nopp"; did you mean "nop"/,
  },
  {
    layer: 'tcp',
    values: { options: [{ type: 256 }] },
    field: 'options[0].type',
    message: /256 is not allowed; a whole number from 0 to 255/,
  },
  { layer: 'tcp', values: { options: [{}] }, field: 'options[0].type', message: /undefined is not allowed/ },
  {
    layer: 'tcp',
    values: { options: [{ raw: 'a', type: 1 }] },
    field: 'options[0].type',
    message: /not allowed beside raw/,
  },
  { layer: 'tcp', values: { options: [7] }, field: 'options[0]', message: /7 is not an option/ },
  { layer: 'tcp', values: { options: 7 }, field: 'options', message: /7 is not bytes/ },
  { layer: 'dns', values: { questions: [{ nam: 'a' }] }, field: 'questions[0].nam', message: /did you mean "name"/ },
  { layer: 'dns', values: { questions: ['a'] }, field: 'questions[0]', message: /is not a set of fields/ },
  { layer: 'dns', values: { questions: 'a' }, field: 'questions', message: /is not a list/ },
  {
    layer: 'dns',
    values: { answers: [{ data: { address: 'x' } }] },
    field: 'answers[0].data.address',
    message: /is not an IP address/,
  },
  { layer: 'routing', values: { addresses: 'fe80::1' }, field: 'addresses', message: /is not a list of IPv6 address/ },
  { layer: 'payload', values: { data: { hex: '0' } }, field: 'data.hex', message: /is not hexadecimal/ },
  {
    layer: 'payload',
    values: { truncate: -1 },
    field: 'truncate',
    message: /-1 is not allowed; a whole number from 0/,
  },
  { layer: 'payload', values: { trailer: 5 }, field: 'trailer', message: /5 is not bytes/ },
  { layer: 'http', values: { headers: 'Host: a' }, field: 'headers', message: /is not a list of header lines/ },
  { layer: 'http', values: { status: true }, field: 'status', message: /true is not text/ },
  { layer: 'http', values: { contentLength: true }, field: 'contentLength', message: /true is not allowed/ },
  { layer: 'udp', values: 'a', field: '', message: /^udp: "a" is not a set of fields$/ },
  { layer: 'udp', values: [], field: '', message: /is not a set of fields/ },
]

for (const { layer, values, field, message } of wrong)
  t.test(`${layer} with ${JSON.stringify(values)} is refused with a way out`, async (t) => {
    t.throws(() => parseLayerValues(layer, values), { name: 'PacketError', code: 'BAD_PACKET', layer, field, message })
    if (typeof values === 'object' && !Array.isArray(values))
      t.throws(() => encodeStack([{ layer, values: values as Record<string, unknown> }]), { message })
  })

t.test('an unknown layer is refused with the nearest name', async (t) => {
  const message = /unknown layer "tcpx"; did you mean "tcp"\? Layers: ethernet,/
  t.throws(() => encodeStack([{ layer: 'tcpx', values: {} }]), { name: 'PacketError', message })
  t.throws(() => decodeStack(new Uint8Array(1), 'tcpx'), { name: 'PacketError', message })
  t.throws(() => parseLayerValues('toString', {}), { message: /unknown layer "toString"/ })
})

t.test('values come back as they were written, without those that are undefined', async (t) => {
  const flags = ['SYN']
  t.same(parseLayerValues('tcp', { flags, window: undefined, truncate: 4 }), { flags, truncate: 4 })
})

t.test('the name of the wrong field does not reach into prototypes', async (t) => {
  t.throws(() => parseLayerValues('tcp', JSON.parse('{"__proto__": 1}')), PacketError)
  t.throws(() => parseLayerValues('tcp', { hasOwnProperty: 1 }), PacketError)
})
