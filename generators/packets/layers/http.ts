import { defineTextMessage } from '../text-message.ts'

/**
 * One HTTP/1 message. Any line may be bytes; a layer inside comes after the message and is not counted by it.
 * What has no such form at all is written as a `payload`. RFC 9112 §2.1.
 */
export const http = defineTextMessage({
  name: 'http',
  title: 'HTTP/1 message',
  rfc: 'RFC 9112 §2.1',
  boundTo: { tcpPort: 80 },
  method: 'GET',
  target: '/',
  version: 'HTTP/1.1',
  targetField: 'target',
  // The preface of HTTP/2 looks like a request, so that HTTP/1 servers refuse it.
  startOfMessage: /^(?!PRI \* )(?:[A-Z]{3,20} [^\r\n]{1,8000} HTTP\/\d\.\d|HTTP\/\d\.\d \d{3}[^\r\n]{0,8000})\r?\n/,
  tellsLength: /^(?:content-length|transfer-encoding)\s*:/i,
  needsLength: /^HTTP\/\d\.\d (?!1\d\d|204|304)/,
})
