/** What the engine said, without the client's own wrapping. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const said = (error as { json?: { message?: unknown } }).json?.message
  return (typeof said === 'string' ? said : error.message).replace(/^\(HTTP code \d+\) .*? - /, '').trim()
}

/** Whether the engine answered with one of these HTTP statuses. */
export function isStatus(error: unknown, ...statuses: number[]): boolean {
  return error instanceof Error && statuses.includes((error as { statusCode?: number }).statusCode ?? 0)
}
