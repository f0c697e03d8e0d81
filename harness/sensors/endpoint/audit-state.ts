import { z } from 'zod'
import { SandboxError } from '../../errors.ts'
import { parseJsonLine } from '../../json-line.ts'
import type { DockerEngine } from '../../sandbox/engine.ts'
import type { ImageRef } from '../../sandbox/image-store.ts'
import { objectLabels, objectName } from '../../sandbox/labels.ts'
import { currentOwner } from '../../sandbox/owner.ts'
import { Tail } from '../../sandbox/tail.ts'

const whole = z.number().int()
export const auditStateSchema = z.object({
  pid: whole.describe('Process that reads the audit on the engine’s host; 0: nobody.'),
  enabled: whole.describe('0 off, 1 on, 2 on and locked until the next boot.'),
  failure: whole,
  backlogLimit: whole,
  backlogWaitTime: whole,
  lost: whole.describe('Events that the kernel had to drop since boot.'),
  rules: whole,
  ours: whole.describe('Rules of ours among them.'),
})

/** The state of the kernel's audit on the engine's host, as `auditctl -s` has it. */
export type AuditState = z.output<typeof auditStateSchema>

/** The values that a sensor changes and puts back. */
export type AuditValues = Pick<AuditState, 'enabled' | 'failure' | 'backlogLimit' | 'backlogWaitTime'>

export interface AuditOptions {
  engine: DockerEngine
  session: string
  image: Pick<ImageRef, 'name'>
}

/** Label of a sensor's container: the values that were there before, for whoever has to put them back. */
export const auditLabel = 'tocsin.audit'

/**
 * Reads the state. Changes nothing.
 * @returns null where the kernel's audit is not to be had
 * @throws SandboxError when the engine cannot run the container
 */
export function readAuditState(options: AuditOptions): Promise<AuditState | null> {
  return run(options, ['status'])
}

/**
 * Takes the rules of a sensor away, and puts the values back unless another sensor of ours still listens.
 * @returns the state then, null where audit is not to be had
 */
export function restoreAudit(options: AuditOptions, changed: AuditChange): Promise<AuditState | null> {
  return run(options, auditWords(changed))
}

/** A sensor's hold on the audit: the name in the keys of its rules, and the values that it is to put back. */
export interface AuditChange {
  name: string
  values: AuditValues
}

/** As the scripts in the image take it: name, enabled, failure, backlog limit, backlog wait time. */
export function auditWords({ name, values }: AuditChange): string[] {
  const { enabled, failure, backlogLimit, backlogWaitTime } = values
  return [name, ...[enabled, failure, backlogLimit, backlogWaitTime].map(String)]
}

/** Reads what a sensor's container has as `auditLabel`: the words with spaces between. Null for anything else. */
export function parseAuditLabel(text: string | undefined): AuditChange | null {
  const found = /^([0-9a-f]{8}) (\d+) (\d+) (\d+) (\d+)$/.exec(text ?? '')
  if (found === null) return null
  const [, name = '', ...numbers] = found
  const [enabled = 0, failure = 0, backlogLimit = 0, backlogWaitTime = 0] = numbers.map(Number)
  return { name, values: { enabled, failure, backlogLimit, backlogWaitTime } }
}

/** AUDIT_CONTROL reads and sets; the audit of a host is only open to its own process namespace. */
export const auditAccess = { pid: 'host' as const, capabilities: ['AUDIT_CONTROL'] }

const mebibyte = 1024 * 1024

async function run({ engine, session, image }: AuditOptions, words: readonly string[]): Promise<AuditState | null> {
  const container = await engine.launch({
    name: objectName(session, 'auditor'),
    image: image.name,
    command: ['/opt/tocsin/restore.sh', ...words],
    labels: objectLabels(session, 'auditor', await currentOwner()),
    network: 'none',
    ...auditAccess,
    memoryBytes: 64 * mebibyte,
    pids: 32,
  })
  try {
    const said = new Tail(container.stdout)
    const complained = new Tail(container.stderr)
    await Promise.all([container.ended, said.ended, complained.ended])
    const state = auditStateSchema.safeParse(parseJsonLine(said.text()))
    if (state.success) return state.data
    if (/Operation not permitted|Protocol not supported|^\(it printed nothing\)$/.test(complained.text())) return null
    throw new SandboxError(`the state of the kernel's audit could not be read:\n${said.text()}\n${complained.text()}`)
  } finally {
    await container.remove()
  }
}
