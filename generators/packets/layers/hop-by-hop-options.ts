import { ipv6OptionsHeader } from '../ipv6-options.ts'

/** Options that every router on the way looks at. RFC 8200 §4.3. */
export const hopByHopOptions = ipv6OptionsHeader('hopByHopOptions', 'IPv6 hop-by-hop options', 'RFC 8200 §4.3', 0)
