import { bits, numberOf, u8, u16, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'

const types = { ER: 0x7, DR: 0x8, CC: 0xd, CR: 0xe, DT: 0xf }
const isData = (values: Values) => numberOf(values, 'type') === types.DT
const connects = { when: (values: Values) => !isData(values) }

/** X.224 TPDU of class 0, inside `tpkt`; CR and CC carry an `rdpNegotiation`. ITU-T X.224 §13, RFC 1006 §6. */
export const x224 = defineLayer({
  name: 'x224',
  title: 'X.224 TPDU',
  rfc: 'ITU-T X.224 §13',
  fields: {
    lengthIndicator: u8('Bytes of the header after this one; data of DT is not counted.', {
      computed: 'from what follows',
    }),
    type: bits(4, 'Kind of TPDU.', { initial: types.CR, names: types }),
    credit: bits(4, 'Initial credit; 0 in class 0.'),
    destinationReference: u16('Reference of the receiver.', connects),
    sourceReference: u16('Reference of the sender.', connects),
    classOption: u8('Class and options; 0 is class 0. In DR the reason.', connects),
    numberAndEot: u8('0x80 ends the data unit.', { initial: 0x80, when: isData }),
  },
  complete: (values, payload, headerLength) => ({
    lengthIndicator: Math.min(0xff, headerLength - 1 + (isData(values) ? 0 : payload.length)),
  }),
  next: ({ type }, inner) =>
    (type === types.CR || type === types.CC) && inner.length > 0 && !isCookie(inner) ? 'rdpNegotiation' : undefined,
  inspect: ({ type }) => (Object.values(types).includes(type) ? [] : [`type is ${type}, which is not known`]),
})

/** A client that has nothing to negotiate sends its cookie alone: a line that begins with a C. */
function isCookie(inner: Uint8Array): boolean {
  return inner[0] === 0x43 && inner.indexOf(10) === inner.length - 1
}
