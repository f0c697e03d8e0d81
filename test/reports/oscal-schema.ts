import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { root } from '../cli/tocsin.ts'

export type Check = (document: unknown) => string[]

const string = { type: 'string', minLength: 1 }
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' }
const time = { type: 'string', format: 'date-time' }
const ref = (name: string) => ({ $ref: `#/definitions/${name}` })
const list = (items: unknown) => ({ type: 'array', minItems: 1, items })
const shape = (required: Record<string, unknown>, optional: Record<string, unknown> = {}) => ({
  type: 'object',
  required: Object.keys(required),
  additionalProperties: false,
  properties: { ...required, ...optional },
})
const anything = {}

/** What OSCAL 1.2.2 asks for of the parts that Tocsin writes; where NIST's own schema is at hand, that is asked too. */
const trimmed = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  definitions: {
    prop: shape(
      {
        name: { type: 'string', pattern: '^(\\p{L}|_)(\\p{L}|\\p{N}|[.\\-_])*$' },
        value: { type: 'string', pattern: '^\\S(.*\\S)?$' },
      },
      { ns: { type: 'string', format: 'uri' } },
    ),
    props: list(ref('prop')),
    metadata: shape(
      { title: string, 'last-modified': time, version: string, 'oscal-version': { const: '1.2.2' } },
      { roles: list(anything), parties: list(anything), 'responsible-parties': list(anything) },
    ),
    href: shape({ href: { type: 'string', format: 'uri-reference' } }),
    selections: shape({
      'control-selections': list(
        shape({ 'include-controls': list(shape({ 'control-id': string })) }, { description: string }),
      ),
    }),
    origins: list(shape({ actors: list(shape({ type: { enum: ['tool', 'party'] }, 'actor-uuid': uuid })) })),
    related: list(shape({ 'observation-uuid': uuid })),
    relatedRisks: list(shape({ 'risk-uuid': uuid })),
    observation: shape(
      { uuid, description: string, methods: list({ const: 'TEST' }), collected: time },
      {
        title: string,
        props: ref('props'),
        origins: ref('origins'),
        subjects: list(shape({ 'subject-uuid': uuid, type: string })),
        'relevant-evidence': list(
          shape({ description: string }, { href: { type: 'string', format: 'uri-reference' } }),
        ),
      },
    ),
    risk: shape(
      { uuid, title: string, description: string, statement: string, status: { enum: ['open', 'deviation-approved'] } },
      {
        props: ref('props'),
        origins: ref('origins'),
        'mitigating-factors': list(shape({ uuid, description: string })),
        deadline: time,
        'related-observations': ref('related'),
      },
    ),
    finding: shape(
      {
        uuid,
        title: string,
        description: string,
        target: shape({
          type: { const: 'objective-id' },
          'target-id': string,
          status: shape({ state: { enum: ['satisfied', 'not-satisfied'] } }, { reason: { const: 'fail' } }),
        }),
      },
      { origins: ref('origins'), 'related-observations': ref('related'), 'related-risks': ref('relatedRisks') },
    ),
    backMatter: shape({
      resources: list(
        shape(
          { uuid },
          {
            title: string,
            description: string,
            rlinks: list(
              shape(
                { href: string },
                {
                  'media-type': string,
                  hashes: list(
                    shape({ algorithm: { const: 'SHA-256' }, value: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
                  ),
                },
              ),
            ),
          },
        ),
      ),
    }),
  },
  ...shape(
    {},
    {
      'assessment-plan': shape(
        { uuid, metadata: ref('metadata'), 'import-ssp': ref('href'), 'reviewed-controls': ref('selections') },
        {
          'local-definitions': anything,
          'assessment-subjects': list(anything),
          'assessment-assets': anything,
          'back-matter': ref('backMatter'),
        },
      ),
      'assessment-results': shape(
        {
          uuid,
          metadata: ref('metadata'),
          'import-ap': ref('href'),
          results: list(
            shape(
              { uuid, title: string, description: string, start: time, 'reviewed-controls': ref('selections') },
              {
                end: time,
                props: ref('props'),
                'local-definitions': anything,
                attestations: list(shape({ parts: list(anything) }, { 'responsible-parties': list(anything) })),
                observations: list(ref('observation')),
                risks: list(ref('risk')),
                findings: list(ref('finding')),
              },
            ),
          ),
        },
        { 'back-matter': ref('backMatter') },
      ),
      'plan-of-action-and-milestones': shape(
        {
          uuid,
          metadata: ref('metadata'),
          'poam-items': list(
            shape(
              { title: string, description: string },
              { uuid, 'related-observations': ref('related'), 'related-risks': ref('relatedRisks') },
            ),
          ),
        },
        {
          'import-ssp': ref('href'),
          'local-definitions': anything,
          observations: list(ref('observation')),
          risks: list(ref('risk')),
          'back-matter': ref('backMatter'),
        },
      ),
    },
  ),
  minProperties: 1,
}

/** Our own trimmed schema, and NIST's whole one where it lies in the folder `shared` beside the checkout. */
export function oscalChecks(): Record<string, Check> {
  const file = nistSchema()
  return {
    'our schema': check(trimmed),
    ...(file === null ? {} : { "NIST's schema": check(JSON.parse(readFileSync(file, 'utf8')) as object) }),
  }
}

/** A worktree's own neighbours come first, then those of the checkout that it belongs to. */
function nistSchema(): string | null {
  const git = execFileSync('git', ['-C', root, 'rev-parse', '--git-common-dir'], { encoding: 'utf8' }).trim()
  const beside = [root, dirname(resolve(root, git))].map((checkout) =>
    join(checkout, '..', 'shared', 'oscal', 'oscal_complete_schema-1-2-2.json'),
  )
  return beside.find((path) => existsSync(path)) ?? null
}

function check(schema: object): Check {
  const ajv = new Ajv({ strict: false, allErrors: false })
  formats.default(ajv)
  const validate = ajv.compile(schema)
  return (document) =>
    validate(document)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
}
