import { parseRecordData, presentRecordData, type RecordData, recordTypes } from '../dns-data.ts'
import { domainName } from '../dns-name.ts'
import { extent } from '../byte-fields.ts'
import { bits, type BytesField, numberOf, u16, u32, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'

const classes = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 }

const question = {
  name: domainName('Name that is asked for.'),
  type: u16('Record type.', { initial: 1, names: recordTypes }),
  class: u16('Class.', { initial: 1, names: classes }),
}

const data: BytesField<RecordData> = {
  kind: 'bytes',
  type: 'record data',
  doc: 'Data: { address }, { name }, { texts }, { preference, exchange }, { priority, weight, port, target }, SOA fields, or bytes.',
  initial: { bytes: new Uint8Array(0), type: undefined },
  parse: parseRecordData,
  present: (value) => (value.type === undefined ? value.bytes : presentRecordData(value.type, value.bytes)),
  encode: (value) => value.bytes,
  decode: (bytes, start, values, problems) => {
    const end = extent(bytes, start, numberOf(values, 'dataLength'), 'record data', problems)
    return [{ bytes: bytes.subarray(start, end), type: numberOf(values, 'type') }, end]
  },
}

const record = {
  name: domainName('Owner of the record.'),
  type: u16('Record type.', { initial: 1, names: recordTypes, computed: 'from the data, if it is not bytes' }),
  class: u16('Class.', { initial: 1, names: classes }),
  ttl: u32('Seconds.', { initial: 60 }),
  dataLength: u16('Bytes of data.', { computed: 'size of the data' }),
  data,
}

const records = (name: string, counter: string) =>
  structList(name, 'Records of this section.', record, {
    count: (values) => numberOf(values, counter),
    complete: (values: Values) => {
      const { bytes, type } = values.data as RecordData
      return { dataLength: Math.min(0xffff, bytes.length), ...(type === undefined ? {} : { type }) }
    },
  })

/** A DNS message as in UDP; over TCP it is inside `dnsOverTcp`. RFC 1035 §4.1, RFC 4035 §3. */
export const dns = defineLayer({
  name: 'dns',
  title: 'Domain Name System message',
  rfc: 'RFC 1035 §4.1',
  fields: {
    id: u16('Ties answer to query.'),
    qr: bits(1, '1 for an answer.', { computed: '1 if there are answers' }),
    opcode: bits(4, 'Kind of query.', { names: { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5 } }),
    aa: bits(1, 'Authoritative answer.'),
    tc: bits(1, 'Truncated.'),
    rd: bits(1, 'Recursion desired.', { initial: 1 }),
    ra: bits(1, 'Recursion available.'),
    z: bits(1, 'Reserved.'),
    ad: bits(1, 'Authentic data.'),
    cd: bits(1, 'Checking disabled.'),
    rcode: bits(4, 'Result.', { names: { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } }),
    questionCount: u16('QDCOUNT.', { computed: 'from the list' }),
    answerCount: u16('ANCOUNT.', { computed: 'from the list' }),
    authorityCount: u16('NSCOUNT.', { computed: 'from the list' }),
    additionalCount: u16('ARCOUNT.', { computed: 'from the list' }),
    questions: structList('questions', 'What is asked.', question, {
      count: (values) => numberOf(values, 'questionCount'),
    }),
    answers: records('answers', 'answerCount'),
    authorities: records('authorities', 'authorityCount'),
    additionals: records('additionals', 'additionalCount'),
  },
  boundTo: { udpPort: 53 },
  imply: ({ answers }) => (answers === undefined || answers.length === 0 ? {} : { qr: 1 }),
  complete: ({ questions, answers, authorities, additionals }) => ({
    questionCount: questions.length,
    answerCount: answers.length,
    authorityCount: authorities.length,
    additionalCount: additionals.length,
  }),
})
