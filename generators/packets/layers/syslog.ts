import { bytes } from '../byte-fields.ts'
import { defineLayer } from '../layer.ts'
import { word } from '../text-lines.ts'

/** One syslog message. RFC 5424 §6. */
export const syslog = defineLayer({
  name: 'syslog',
  title: 'Syslog message',
  rfc: 'RFC 5424 §6',
  fields: {
    priority: word('Facility times 8 and severity; 13 if not given.'),
    version: word('1 if not given.'),
    timestamp: word('Time in the form of RFC 3339; - if not given.'),
    hostname: word('- if not given.'),
    appName: word('- if not given.'),
    procId: word('- if not given.'),
    msgId: word('- if not given.'),
    structuredData: word('- if not given.'),
    msg: word('The text; none if not given.'),
    message: bytes('The whole message.', {
      computed: 'from the fields before',
      initial: new TextEncoder().encode('<13>1 - - - - - -'),
    }),
  },
  boundTo: { udpPort: 514 },
  imply: ({ priority = '13', version = '1', msg, ...given }) => {
    const { timestamp = '-', hostname = '-', appName = '-', procId = '-', msgId = '-', structuredData = '-' } = given
    const header = [`<${priority}>${version}`, timestamp, hostname, appName, procId, msgId, structuredData].join(' ')
    return { message: new TextEncoder().encode(msg === undefined ? header : `${header} ${msg}`) }
  },
  recognise: (input) => input[0] === 0x3c,
})
