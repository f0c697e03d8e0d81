import { bits, flags, u8, u32 } from '../field.ts'
import { firstType, payloadsField } from '../ike-payloads.ts'
import { defineLayer } from '../layer.ts'
import { u64 } from '../wide-number.ts'

const exchanges = {
  IDENTITY_PROTECTION: 2,
  AGGRESSIVE: 4,
  INFORMATIONAL_1: 5,
  QUICK_MODE: 32,
  IKE_SA_INIT: 34,
  IKE_AUTH: 35,
  CREATE_CHILD_SA: 36,
  INFORMATIONAL: 37,
}

/** One message of the Internet Key Exchange, version 2 or 1 (ISAKMP). RFC 7296 §3.1, RFC 2408 §3.1. */
export const ike = defineLayer({
  name: 'ike',
  title: 'Internet Key Exchange message',
  rfc: 'RFC 7296 §3.1',
  fields: {
    initiatorSpi: u64('SPI of the initiator.', { initial: 0x1122334455667 }),
    responderSpi: u64('SPI of the responder, 0 in the first message.'),
    nextPayload: u8('Kind of the first payload.', { computed: 'from the list' }),
    majorVersion: bits(4, 'Version.', { initial: 2 }),
    minorVersion: bits(4, 'Version.'),
    exchangeType: u8('Kind of exchange.', { initial: 34, names: exchanges }),
    flags: flags(8, { ENCRYPTION: 1, COMMIT: 2, INITIATOR: 8, VERSION: 16, RESPONSE: 32 }, 'Who speaks.', {
      initial: 8,
    }),
    messageId: u32('Ties answer to request.'),
    length: u32('Bytes of the message.', { computed: 'size' }),
    payloads: payloadsField('What the message carries.', ({ nextPayload }) => Number(nextPayload)),
  },
  boundTo: { udpPort: 500 },
  complete: ({ payloads }, _payload, headerLength) => ({ nextPayload: firstType(payloads), length: headerLength }),
  inspect: ({ length, majorVersion }, headerLength) => [
    ...(length === headerLength ? [] : [`length is ${length}, the message has ${headerLength} bytes`]),
    ...(majorVersion === 1 || majorVersion === 2 ? [] : [`majorVersion is ${majorVersion}, which is not defined`]),
  ],
})
