import { formatOwner, type Owner } from './owner.ts'

/** What a container or network of ours is for. */
export type Role =
  | 'client'
  | 'server'
  | 'tap'
  | 'plumber'
  | 'sensor'
  | 'endpoint'
  | 'auditor'
  | 'companion'
  | 'stage'
  | 'listener'
  | 'witness'
  | 'network'

export const sessionLabel = 'tocsin.session'
export const roleLabel = 'tocsin.role'
export const ownerLabel = 'tocsin.owner'

/** The labels that every object of ours carries, so that a sweep finds what a crash left. */
export function objectLabels(session: string, role: Role, owner: Owner): Record<string, string> {
  return { [sessionLabel]: session, [roleLabel]: role, [ownerLabel]: formatOwner(owner) }
}

/** `tocsin-<session>-<role>`: what people see in `docker ps`. */
export function objectName(session: string, role: Role): string {
  return `tocsin-${session}-${role}`
}
