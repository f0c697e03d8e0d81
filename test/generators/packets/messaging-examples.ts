import { type Example, eth, ip4, layer } from './example.ts'

const inSegment = (sourcePort: number, ...packets: Record<string, unknown>[]) => [
  eth,
  ip4,
  layer('tcp', {
    sourcePort,
    destinationPort: 1883,
    sequenceNumber: 1,
    acknowledgmentNumber: 1,
    flags: ['ACK', 'PSH'],
  }),
  ...packets.map((values) => layer('mqtt', values)),
]

/** Correct packets of MQTT. */
export const messagingExamples: Example[] = [
  { name: 'MQTT connect', stack: inSegment(40100, { clientIdentifier: 'sensor' }) },
  {
    name: 'MQTT connect with a will and a password',
    stack: inSegment(40101, {
      clientIdentifier: 'sensor',
      willTopic: 'home/lost',
      willMessage: 'sensor is gone',
      willQos: 1,
      userName: 'alice',
      password: { hex: 'ff00' },
    }),
  },
  { name: 'MQTT answer to a connect', stack: inSegment(40102, { type: 'CONNACK' }) },
  {
    name: 'MQTT messages in one segment',
    stack: inSegment(
      40103,
      { type: 'PUBLISH', topicName: 'home/kitchen', payload: '21.5' },
      {
        type: 'PUBLISH',
        qos: 1,
        packetIdentifier: 7,
        topicName: 'home/kitchen',
        payload: { repeat: { text: 'x', count: 200 } },
      },
      { type: 'PINGREQ' },
      { type: 'DISCONNECT' },
    ),
  },
  {
    name: 'MQTT subscriptions',
    stack: inSegment(
      40104,
      { type: 'SUBSCRIBE', subscriptions: [{ topicFilter: 'home/+', requestedQos: 1 }, { topicFilter: '#' }] },
      { type: 'UNSUBSCRIBE', packetIdentifier: 2, topicFilters: [{ topicFilter: 'home/+' }, { topicFilter: '#' }] },
    ),
  },
  {
    name: 'MQTT acknowledgments',
    stack: inSegment(
      40105,
      { type: 'PUBACK' },
      { type: 'PUBREC', packetIdentifier: 2 },
      { type: 'PUBREL', packetIdentifier: 2 },
      { type: 'PUBCOMP', packetIdentifier: 2 },
      { type: 'SUBACK', payload: { hex: '0100' } },
      { type: 'UNSUBACK' },
      { type: 'PINGRESP' },
    ),
  },
]
