import { bytes } from './byte-fields.ts'
import { type Fields, numberOf, u8, u16, u24, u32 } from './field.ts'
import { proposalsField } from './ike-proposals.ts'
import { type Complete, defineStruct, type Struct } from './struct.ts'

/** A kind of payload, with the fields of its body; without a structure the body is free and written as `data`. */
export interface PayloadKind {
  name: string
  type: number
  struct: Struct | undefined
  complete: Complete | undefined
}

const notifications = {
  INVALID_SYNTAX: 7,
  NO_PROPOSAL_CHOSEN: 14,
  INVALID_KE_PAYLOAD: 17,
  AUTHENTICATION_FAILED: 24,
  NAT_DETECTION_SOURCE_IP: 16388,
  NAT_DETECTION_DESTINATION_IP: 16389,
  COOKIE: 16390,
}
const identification = {
  idType: u8('1 is an IPv4 address, 2 a name, 3 a mail address.', { initial: 2 }),
  idReserved: u24('Reserved.'),
  identification: bytes('Who it is.'),
}
const authentication = {
  method: u8('1 is RSA, 2 a shared key.', { initial: 2 }),
  authReserved: u24('Reserved.'),
  authentication: bytes('Proof.'),
}
const notify = {
  protocol: u8('What it is about; 0 for the IKE association.'),
  spiSize: u8('Bytes of the SPI.', { computed: 'size' }),
  notifyType: u16('What is notified.', { initial: 14, names: notifications }),
  spi: bytes('Identifier of the association.', { label: 'spi', length: (values) => numberOf(values, 'spiSize') }),
  notificationData: bytes('Details.'),
}
const spiSize: Complete = ({ spi }) => ({ spiSize: (spi as Uint8Array).length })

/** Payloads of IKEv2, and of IKEv1 with a 1 behind the name. RFC 7296 §3.2, RFC 2408 §3.1. */
export const payloadKinds: readonly PayloadKind[] = [
  kind('SA', 33, { proposals: proposalsField(2) }),
  kind('KE', 34, {
    dhGroup: u16('Diffie-Hellman group.', { initial: 14 }),
    keReserved: u16('Reserved.'),
    keyExchange: bytes('Public value.'),
  }),
  kind('IDi', 35, identification),
  kind('IDr', 36, identification),
  kind('CERT', 37),
  kind('CERTREQ', 38),
  kind('AUTH', 39, authentication),
  kind('Nonce', 40, { nonce: bytes('Random bytes.', { initial: new Uint8Array(32) }) }),
  kind('Notify', 41, notify, spiSize),
  kind('Delete', 42),
  kind('Vendor', 43, { vendorId: bytes('Who made it.') }),
  kind('TSi', 44),
  kind('TSr', 45),
  kind('SK', 46),
  kind('CP', 47),
  kind('EAP', 48),
  kind('SA1', 1, {
    domainOfInterpretation: u32('1 is IPsec.', { initial: 1 }),
    situation: u32('1 is identity only.', { initial: 1 }),
    proposals: proposalsField(1),
  }),
  kind('KE1', 4, { keyExchange: bytes('Public value.') }),
  kind('ID1', 5),
  kind('HASH1', 8),
  kind('Nonce1', 10, { nonce: bytes('Random bytes.', { initial: new Uint8Array(32) }) }),
  kind('Notify1', 11),
  kind('Delete1', 12),
  kind('Vendor1', 13, { vendorId: bytes('Who made it.') }),
]

function kind(name: string, type: number, fields?: Fields, complete?: Complete): PayloadKind {
  return { name, type, struct: fields && defineStruct(fields), complete }
}
