import { namesOf, resolveNames } from '../../generators/conversation/names.ts'
import type { Endpoint } from '../../generators/identity.ts'
import { inRoles } from '../scenario/roles.ts'
import type { ScenarioCase } from '../scenario/schema.ts'
import { nearbyPort } from './identities.ts'
import type { Companion, Trial } from './trial.ts'

/** A trial of a scenario with a baseline, and what is played around it. */
export interface Family {
  trial: Trial
  /** In the order of play. */
  baseline: Companion[]
  /** The anomaly once more; null for a benign twin. */
  repeat: Companion | null
}

/**
 * Everything that is played for one trial of a scenario with a baseline. All of it has the trial's marker and hosts, and
 * each conversation its own client port, so that what the stack says of one is not taken for what it says of another.
 * @param trial with its hosts in the roles that identities give them
 * @param known the third host of the trial
 */
export function familyOf(trial: Trial, each: ScenarioCase, known: Endpoint): Family {
  const { identity } = trial
  let conversations = 0
  const nextPort = () => nearbyPort(identity.client.port, conversations++)
  const played = { ...trial, identity: inRoles(identity, known, each[trial.kind]?.roles, nextPort()) }
  const baseline = each.baseline.flatMap(({ note, count, roles, generator, with: parameters, teaches }, index) =>
    Array.from({ length: count }, (_, round): Companion => {
      const own = inRoles(identity, known, roles, nextPort())
      return {
        ...trial,
        id: `${trial.id}/baseline/${index + 1}.${round + 1}`,
        of: trial.id,
        phase: 'baseline',
        note,
        generator,
        parameters,
        identity: own,
        expect: { alert: [], telemetry: [] },
        teaches: resolveNames(teaches, namesOf(own), 'teaches') as string[],
      }
    }),
  )
  return { trial: played, baseline, repeat: trial.kind === 'stimulus' ? repeatOf(played, nextPort()) : null }
}

function repeatOf(trial: Trial, port: number): Companion {
  const { client, server, marker } = trial.identity
  return {
    ...trial,
    id: `${trial.id}/repeat`,
    of: trial.id,
    phase: 'repeat',
    note: 'the anomaly once more',
    identity: { marker, client: { ...client, port }, server },
    teaches: [],
  }
}
