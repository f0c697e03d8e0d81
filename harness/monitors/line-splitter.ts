import { isAscii } from 'node:buffer'

const newline = 10

/** Cuts bytes into lines of UTF-8 text, however the bytes were cut before. */
export interface LineSplitter {
  /** The lines that the bytes complete, without their ends. The bytes may be used again afterwards. */
  push(bytes: Buffer): string[]
  /** What came after the last line end, which is then forgotten; null when nothing did. */
  rest(): string | null
  /** The next line end ends something that is not ours: what comes before it is dropped unreported. */
  skipToLineEnd(): void
}

/**
 * @param atMost Longest line in bytes. A longer one is dropped as it comes in, so that it costs no memory.
 * @param onTooLong Called once for each line dropped.
 */
export function createLineSplitter(atMost: number, onTooLong: () => void): LineSplitter {
  let pending: Buffer[] = []
  let pendingBytes = 0
  let dropping = false

  const hold = (bytes: Buffer) => {
    if (dropping || bytes.length === 0) return
    pendingBytes += bytes.length
    if (pendingBytes > atMost) {
      onTooLong()
      dropping = true
      forget()
    } else pending.push(Buffer.from(bytes))
  }
  const forget = () => {
    pending = []
    pendingBytes = 0
  }

  return {
    push(bytes) {
      const last = bytes.lastIndexOf(newline)
      if (last < 0) {
        hold(bytes)
        return []
      }
      let start = 0
      let first: string | null = null
      if (dropping || pendingBytes > 0) {
        const end = bytes.indexOf(newline)
        hold(bytes.subarray(0, end))
        if (!dropping) first = text(Buffer.concat(pending))
        dropping = false
        forget()
        start = end + 1
      }
      const lines = start > last ? [] : text(bytes.subarray(start, last)).split('\n')
      if (first !== null) lines.unshift(first)
      hold(bytes.subarray(last + 1))
      return bytes.length > atMost ? lines.filter((line) => Buffer.byteLength(line) <= atMost || onTooLong()) : lines
    },
    rest() {
      const last = pendingBytes > 0 ? text(Buffer.concat(pending)) : null
      dropping = false
      forget()
      return last
    },
    skipToLineEnd() {
      forget()
      dropping = true
    },
  }
}

/** Decodes UTF-8; most logs are plain ASCII, for which there is a quicker way. */
function text(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')
}
