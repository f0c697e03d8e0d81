import { basename, dirname } from 'node:path'
import { controlMappingSchema } from '../compliance/control-mapping.ts'
import { determinationsSchema } from '../compliance/determinations.ts'
import { exceptionsSchema } from '../compliance/exceptions.ts'
import { campaignSchema } from '../plan/campaign.ts'
import { scenarioSchema } from '../scenario/schema.ts'
import type { Source } from '../scenario/source.ts'
import { parseYaml } from '../scenario/yaml.ts'

/** What a YAML file can be. */
export type FileKind = 'scenario' | 'campaign' | 'exceptions' | 'determinations' | 'controls' | 'monitors'

const keys: readonly (readonly [Exclude<FileKind, 'monitors'>, readonly string[]])[] = [
  ['campaign', Object.keys(campaignSchema.shape)],
  ['scenario', Object.keys(scenarioSchema.shape)],
  ['exceptions', Object.keys(exceptionsSchema.shape)],
  ['determinations', Object.keys(determinationsSchema.shape)],
  ['controls', Object.keys(controlMappingSchema.shape)],
]

/**
 * What a file is meant to be: that whose keys it has most of. Where that says nothing, its name does; else it is a campaign.
 * @throws InputError when it is no YAML
 */
export function fileKind(source: Source): FileKind {
  const { value } = parseYaml(source)
  if (Array.isArray(value)) return 'monitors'
  if (typeof value !== 'object' || value === null) return byName(source.file)
  // Every scenario has it, and nothing else; a campaign shares `title` and more with it.
  if (Object.hasOwn(value, 'stimulus')) return 'scenario'
  const known = keys.map(([kind, names]) => ({ kind, hits: names.filter((name) => Object.hasOwn(value, name)).length }))
  const most = Math.max(...known.map(({ hits }) => hits))
  const likely = known.filter(({ hits }) => hits === most).map(({ kind }) => kind)
  const named = byName(source.file)
  return most === 0 || likely.some((kind) => kind === named) ? named : (likely[0] ?? 'campaign')
}

function byName(file: string): FileKind {
  const name = basename(file).replace(/\.ya?ml$/, '')
  if (name.includes('exceptions')) return 'exceptions'
  if (name.includes('determinations')) return 'determinations'
  return basename(dirname(file)) === 'controls' ? 'controls' : 'campaign'
}
