type Json = Readonly<Record<string, unknown>>

/**
 * A marker may have hex digits beside it by chance. In a long row of them (a hash, a filler) one of so many places would
 * fit by chance too, so there it must be at the beginning or the end.
 */
const longestRun = 15
const markerLength = 8
const runs = /[0-9a-f]{8,}/g

/** Values that the product made up itself: hashes, identifiers, addresses. */
const notFromTraffic = new Set(['timestamp', 'community_id', 'flow_id', 'ether', 'src_ip', 'dest_ip', 'in_iface'])
const fingerprint = /^(ja[34]|md5$|sha\d|fingerprint$|hassh)/

/** Bytes in Base64. */
const encoded = new Set(['payload', 'packet', 'http_request_body', 'http_response_body'])

/** How deep into a record is looked. */
const deepest = 8

/** Calls back with every text of eight hex digits in a record, lower case, that the traffic may have carried. */
export function forEachMarker(record: Json, found: (marker: string) => void, depth = 0): void {
  if (depth > deepest) return
  for (const key in record) {
    const value = record[key]
    if (typeof value === 'string') {
      if (value.length < markerLength || notFromTraffic.has(key) || fingerprint.test(key)) continue
      inText(encoded.has(key) ? Buffer.from(value, 'base64').toString('latin1') : value, found)
    } else if (typeof value === 'object' && value !== null && !notFromTraffic.has(key)) {
      forEachMarker(value as Json, found, depth + 1)
    }
  }
}

/** DNS names come back in any case. */
function inText(text: string, found: (marker: string) => void): void {
  for (const [run] of text.toLowerCase().matchAll(runs)) {
    const step = run.length > longestRun ? run.length - markerLength : 1
    for (let start = 0; start + markerLength <= run.length; start += step) found(run.slice(start, start + markerLength))
  }
}
