import type { Endpoint, Identity } from '../../generators/identity.ts'
import type { Roles } from './schema.ts'

/**
 * The identity with which one conversation of a trial is played.
 * @param identity the trial's own
 * @param known the third host of the trial, which its baseline makes known
 * @param clientPort port of the side that starts; each conversation of a trial has another one
 */
export function inRoles(identity: Identity, known: Endpoint, roles: Roles | undefined, clientPort: number): Identity {
  const hosts = { client: identity.client, server: identity.server, known }
  return {
    marker: identity.marker,
    client: { ...hosts[roles?.client ?? 'client'], port: clientPort },
    server: { ...hosts[roles?.server ?? 'server'], port: identity.server.port },
  }
}
