import { ipv6OptionsHeader } from '../ipv6-options.ts'

/** Options for the destination only. RFC 8200 §4.6. */
export const destinationOptions = ipv6OptionsHeader(
  'destinationOptions',
  'IPv6 destination options',
  'RFC 8200 §4.6',
  60,
)
