import { type Example, eth, ip4, layer } from './example.ts'

const segment = (sourcePort: number, destinationPort: number) =>
  layer('tcp', { sourcePort, destinationPort, sequenceNumber: 1, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] })

const modbus = (port: number, ...messages: Record<string, unknown>[]) => [
  eth,
  ip4,
  segment(port, 502),
  ...messages.map((values) => layer('modbus', values)),
]
const modbusAnswer = (port: number, ...messages: Record<string, unknown>[]) => [
  eth,
  ip4,
  segment(502, port),
  ...messages.map((values) => layer('modbus', values)),
]

/** Correct packets of Modbus and DNP3. */
export const controlSystemExamples: Example[] = [
  {
    name: 'Modbus requests in one segment',
    stack: modbus(
      40200,
      { functionCode: 'readCoils', address: 19, quantity: 19 },
      { transactionIdentifier: 2, functionCode: 'writeSingleCoil', address: 172, value: 0xff00 },
      { transactionIdentifier: 3, functionCode: 'writeSingleRegister', address: 1, value: 3 },
      {
        transactionIdentifier: 4,
        functionCode: 'writeMultipleRegisters',
        address: 1,
        quantity: 2,
        data: { hex: '000a 0102' },
      },
      { transactionIdentifier: 5, functionCode: 'diagnostics', data: { hex: '0000 a537' } },
    ),
  },
  {
    name: 'Modbus answers',
    stack: modbusAnswer(
      40201,
      { functionCode: 'readCoils', data: { hex: 'cd' } },
      { transactionIdentifier: 3, functionCode: 'writeSingleRegister', address: 1, value: 3 },
      { transactionIdentifier: 4, functionCode: 'writeMultipleRegisters', response: true, address: 1, quantity: 2 },
    ),
  },
  {
    name: 'Modbus exception',
    stack: modbusAnswer(40202, { functionCode: 0x81, exceptionCode: 'illegalDataAddress' }),
  },
  {
    name: 'DNP3 read of three classes',
    stack: [
      eth,
      ip4,
      segment(40203, 20000),
      layer('dnp3', { userData: { objects: [{ variation: 2 }, { variation: 3 }, { variation: 4 }] } }),
    ],
  },
  {
    name: 'DNP3 answer',
    stack: [
      eth,
      ip4,
      segment(20000, 40204),
      layer('dnp3', {
        dir: 0,
        destination: 2,
        source: 1,
        userData: {
          functionCode: 'RESPONSE',
          internalIndications: ['DEVICE_RESTART'],
          objects: [{ group: 1, variation: 2, rangeSpecifier: 0, stop: 19, data: { repeat: { byte: 1, count: 20 } } }],
        },
      }),
    ],
  },
  {
    name: 'DNP3 reset of the link',
    stack: [eth, ip4, segment(40205, 20000), layer('dnp3', { linkFunction: 0 })],
  },
]
