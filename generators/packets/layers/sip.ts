import { defineTextMessage } from '../text-message.ts'

/**
 * One SIP message. Any line may be bytes; a Content-Length of the body is added unless a header says it.
 * What has no such form at all is written as a `payload`. RFC 3261 §7.
 */
export const sip = defineTextMessage({
  name: 'sip',
  title: 'SIP message',
  rfc: 'RFC 3261 §7',
  boundTo: { udpPort: 5060, tcpPort: 5060 },
  method: 'OPTIONS',
  target: 'sip:user@example.com',
  version: 'SIP/2.0',
  targetField: 'requestUri',
  startOfMessage: /^(?:[A-Z]{3,20} [^\r\n ]{1,2000} SIP\/\d\.\d|SIP\/\d\.\d \d{3}[^\r\n]{0,2000})\r?\n/,
  tellsLength: /^(?:content-length|l)\s*:/i,
  needsLength: /^/,
})
