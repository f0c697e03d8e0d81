/**
 * Cuts UTF-8 that comes in chunks into its lines, at line feeds alone: readline also ends them at U+2028, which a JSON
 * string may hold. A last line without a line feed is one too.
 */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  rest += decoder.decode()
  if (rest) yield rest
}
