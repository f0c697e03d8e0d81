import { inputJsonSchema, type JsonSchema } from '../scenario/json-schema.ts'
import { campaignSchema } from './campaign.ts'

/** JSON Schema of a campaign file as it is written, for editors. */
export function campaignJsonSchema(): JsonSchema {
  return { ...inputJsonSchema(campaignSchema), title: 'Tocsin campaign' }
}
