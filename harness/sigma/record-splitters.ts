type Json = Record<string, unknown>

/**
 * Ways to make several events of one. `audit-records`: rules for auditd are written for its log, where each record of an
 * event is a line of its own with a `type`; laurel puts the records of an event together.
 */
export const splitters = { 'audit-records': auditRecords } as const satisfies Record<
  string,
  (event: unknown) => unknown[]
>
export type RecordSplitter = keyof typeof splitters

const notRecords = new Set(['ID', 'NODE', 'CONTAINER_INFO'])

/** One event a record, with the names of auditd's log: `type`, `a0` and so on. Arguments of a system call are hexadecimal without 0x. */
function auditRecords(event: unknown): Json[] {
  if (typeof event !== 'object' || event === null) return []
  return Object.entries(event).flatMap(([type, content]) => {
    if (notRecords.has(type)) return []
    return [content].flat().flatMap((record) => (isObject(record) ? [auditRecord(type, record)] : []))
  })
}

function auditRecord(type: string, { ARGV, SADDR, ...others }: Json): Json {
  const record: Json = { ...others, type }
  if (Array.isArray(ARGV)) {
    const isProctitle = type === 'PROCTITLE'
    if (isProctitle) record.proctitle = ARGV.join(' ')
    else
      for (const [index, value] of ARGV.entries()) record[`a${index}`] = type === 'SYSCALL' ? unprefixed(value) : value
    if (type === 'EXECVE') record.argc = ARGV.length
  }
  if (isObject(SADDR)) Object.assign(record, SADDR)
  return record
}

function unprefixed(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^0x/, '') : value
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
