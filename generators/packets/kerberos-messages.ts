import { type Asn1, type Asn1Type, type Member, sequence, sequenceOf, tagged } from './asn1.ts'
import { integer, octets } from './asn1-primitives.ts'

const encryptionTypes = {
  'des-cbc-md5': 3,
  'aes128-cts-hmac-sha1-96': 17,
  'aes256-cts-hmac-sha1-96': 18,
  'rc4-hmac': 23,
}
const aes256 = 18
const errors = { KDC_ERR_C_PRINCIPAL_UNKNOWN: 6, KDC_ERR_PREAUTH_FAILED: 24, KDC_ERR_PREAUTH_REQUIRED: 25 }

const text = octets('text', 0x1b)
const time = octets('time, as 20260101000000Z', 0x18)
const flags = octets('number of unused bits, and bits', 0x03)
const later = '20370913024805Z'

const at = (number: number, of: Asn1, initial?: unknown): Member =>
  initial === undefined ? { of: tagged(0xa0 + number, of) } : { of: tagged(0xa0 + number, of), initial }
const application = (number: number, of: Asn1): Asn1Type => tagged(0x60 + number, of)

const principal = sequence({ nameType: at(0, integer(), 1), nameString: at(1, sequenceOf(text), ['user']) })
const service = { nameType: 2, nameString: ['krbtgt', 'EXAMPLE.COM'] }
const realm = 'EXAMPLE.COM'

/** RFC 4120 §5.2.9. */
const encryptedData = sequence({
  etype: at(0, integer(encryptionTypes), aes256),
  kvno: at(1, integer()),
  cipher: at(2, octets(), { repeat: { byte: 0x5a, count: 40 } }),
})

/** RFC 4120 §5.3. */
const ticket = application(
  1,
  sequence({
    version: at(0, integer(), 5),
    realm: at(1, text, realm),
    sname: at(2, principal, service),
    encPart: at(3, encryptedData, {}),
  }),
)

const preAuthentication = sequenceOf(
  sequence({ type: at(1, integer(), 128), value: at(2, octets(), { hex: '3005a0030101ff' }) }),
)

/** RFC 4120 §5.4.1. */
const request = (messageType: number) =>
  application(
    messageType,
    sequence({
      pvno: at(1, integer(), 5),
      msgType: at(2, integer(), messageType),
      padata: at(3, preAuthentication),
      reqBody: at(
        4,
        sequence({
          kdcOptions: at(0, flags, { hex: '00 40000010' }),
          cname: at(1, principal),
          realm: at(2, text, realm),
          sname: at(3, principal, service),
          till: at(5, time, later),
          nonce: at(7, integer(), 1234567),
          etype: at(8, sequenceOf(integer(encryptionTypes)), [aes256]),
        }),
        {},
      ),
    }),
  )

/** RFC 4120 §5.4.2. */
const reply = (messageType: number) =>
  application(
    messageType,
    sequence({
      pvno: at(0, integer(), 5),
      msgType: at(1, integer(), messageType),
      padata: at(2, preAuthentication),
      crealm: at(3, text, realm),
      cname: at(4, principal, {}),
      ticket: at(5, ticket, {}),
      encPart: at(6, encryptedData, {}),
    }),
  )

/** RFC 4120 §5.5.1. */
const apRequest = application(
  14,
  sequence({
    pvno: at(0, integer(), 5),
    msgType: at(1, integer(), 14),
    apOptions: at(2, flags, { hex: '00 00000000' }),
    ticket: at(3, ticket, {}),
    authenticator: at(4, encryptedData, {}),
  }),
)

/** RFC 4120 §5.9.1. */
const error = application(
  30,
  sequence({
    pvno: at(0, integer(), 5),
    msgType: at(1, integer(), 30),
    stime: at(4, time, '20260101000000Z'),
    susec: at(5, integer(), 0),
    errorCode: at(6, integer(errors), 25),
    crealm: at(7, text),
    cname: at(8, principal),
    realm: at(9, text, realm),
    sname: at(10, principal, service),
    eText: at(11, text),
    eData: at(12, octets()),
  }),
)

/** Messages of Kerberos version 5. RFC 4120 §5. */
export const kerberosMessage: Asn1 = {
  type: 'asReq, asRep, tgsReq, tgsRep, apReq or error',
  choices: {
    asReq: request(10),
    asRep: reply(11),
    tgsReq: request(12),
    tgsRep: reply(13),
    apReq: apRequest,
    error,
  },
}
