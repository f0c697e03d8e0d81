/** A line of input without its end, or how many bytes one had that was longer than allowed and was thrown away. */
export type Line = { text: string } | { tooLong: number }

/**
 * Cuts a byte stream into lines at `\n`. Blank lines are left out; what stands after the last `\n` is a line too.
 * Bytes that are no UTF-8 become U+FFFD.
 * @param limit bytes that a line may have; a longer one is skipped, not kept in memory
 */
export async function* readLines(input: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = []
  let length = 0
  const add = (part: Uint8Array) => {
    length += part.length
    if (length <= limit) parts.push(part)
    else parts = []
  }
  const take = (): Line => {
    const line = length > limit ? { tooLong: length } : { text: Buffer.concat(parts, length).toString('utf8') }
    parts = []
    length = 0
    return line
  }
  for await (const chunk of input) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end))
      start = end + 1
      const line = take()
      if (!isBlank(line)) yield line
    }
    if (start < chunk.length) add(chunk.subarray(start))
  }
  const rest = take()
  if (!isBlank(rest)) yield rest
}

const newline = 0x0a

function isBlank(line: Line): boolean {
  return 'text' in line && line.text.trim() === ''
}
