import { bytes } from '../byte-fields.ts'
import { bits, numberOf, u16, u32, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'

const extended = { when: (values: Values) => numberOf(values, 'extension') === 1 }

/** Header of one RTP packet; the sound or picture is inside. RFC 3550 §5.1, §5.3.1. */
export const rtp = defineLayer({
  name: 'rtp',
  title: 'RTP packet',
  rfc: 'RFC 3550 §5.1',
  fields: {
    version: bits(2, 'Version.', { initial: 2 }),
    padding: bits(1, 'Whether the last byte counts bytes of padding.'),
    extension: bits(1, 'Whether an extension follows.', { computed: '1 if one is given' }),
    csrcCount: bits(4, 'Number of contributing sources.', { computed: 'from the list' }),
    marker: bits(1, 'Such as the start of a talk.'),
    payloadType: bits(7, 'What is inside; 0 is PCMU.', { names: { PCMU: 0, GSM: 3, PCMA: 8, G722: 9 } }),
    sequenceNumber: u16('One more in every packet.', { initial: 1 }),
    timestamp: u32('Of the first sample.', { initial: 160 }),
    ssrc: u32('Source of the stream.', { initial: 1 }),
    csrc: structList(
      'csrc',
      'Contributing sources.',
      { source: u32('Identifier of a source.') },
      { count: (values) => numberOf(values, 'csrcCount') },
    ),
    extensionProfile: u16('What the extension is.', extended),
    extensionLength: u16('Its length in words of 4 bytes.', { computed: 'size of the extension', ...extended }),
    extensionData: bytes('The extension.', {
      label: 'extension',
      length: (values) => numberOf(values, 'extensionLength') * 4,
      ...extended,
    }),
  },
  boundTo: { udpPort: 5004 },
  imply: ({ extensionProfile, extensionData }) => ({
    extension: extensionProfile === undefined && extensionData === undefined ? 0 : 1,
  }),
  complete: ({ csrc, extensionData }) => ({
    csrcCount: Math.min(15, csrc.length),
    extensionLength: Math.min(0xffff, extensionData.length >> 2),
  }),
  recognise: (input) => (input[0] ?? 0) >> 6 === 2,
  inspect: ({ version }) => (version === 2 ? [] : [`version is ${version}, not 2`]),
})
