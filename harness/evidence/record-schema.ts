import { z } from 'zod'
import { joinKeys, joinOutcomes } from '../correlation/join.ts'
import { frontierResults } from '../frontier/frontier.ts'
import { layers } from '../monitors/observation.ts'
import { phases } from '../plan/trial.ts'
import { sightingOutcomes } from '../witness/sighting.ts'
import { controlVerdicts, shortfalls, stimulusVerdicts, strengths } from '../verdict/verdict.ts'
import { type RecordedObservation, type RecordedTrial, redactedKinds, type Run } from './record.ts'

const time = z.iso.datetime()
const count = z.number().int().nonnegative()
const layer = z.enum(layers)
const texts = z.array(z.string())
const digestHex = z.string().regex(/^[0-9a-f]{64}$/)

/** A path inside the run folder that cannot lead out of it: `evidence/` and plain names joined by `/`. */
export const evidencePath = z
  .string()
  .max(512)
  .regex(/^evidence(\/(?!\.{1,2}(\/|$))[\p{L}\p{N}._@=+,[\]~-]+)+$/u, 'must be evidence/ and plain file names')

const summary = z.strictObject({
  scenarios: count,
  trials: count,
  proven: count,
  detected: count,
  partial: count,
  logged: count,
  missed: count,
  inconclusive: count,
  notApplicable: count,
  controls: count,
  quiet: count,
  falseAlarms: count,
  // Records made before there were such scenarios have none.
  mustNotAlert: count.default(0),
  ruleDefects: count.default(0),
  durationMs: z.number().nonnegative(),
})

const explanation = z.strictObject({
  trial: z.string(),
  read: count,
  standOut: count,
  frames: z
    .array(
      z.strictObject({
        number: z.number().int().positive(),
        from: z.enum(['client', 'server']),
        note: z.string(),
        length: count,
        unusual: z.string().nullable(),
        layers: z.array(
          z.strictObject({
            name: z.string(),
            about: z.string(),
            fields: z.string(),
            marks: z.array(
              z.strictObject({
                field: z.string(),
                value: z.string(),
                kind: z.enum(['wrong', 'unusual']),
                why: z.string(),
              }),
            ),
          }),
        ),
      }),
    )
    .max(3),
})

const scenario = z.strictObject({
  id: z.string().min(1),
  title: z.string(),
  clause: z.string(),
  description: z.string(),
  attack: z.strictObject({ analytic: z.string(), techniques: texts, basis: z.string(), version: z.string() }),
  digest: z.string(),
  file: z.string(),
  expected: z.enum(['detected', 'logged', 'quiet']),
  expectedRules: z.record(z.string(), texts),
  knownDefects: z.record(z.string(), z.record(z.string(), z.string())).exactOptional(),
  telemetry: z.array(layer),
  correlate: z.array(layer).exactOptional(),
  assumptions: texts,
  limits: texts,
  references: texts,
  baseline: z.array(z.strictObject({ note: z.string(), count })).exactOptional(),
  explained: explanation.exactOptional(),
})

const population = z.strictObject({
  scenarios: count,
  leftOut: z.array(z.strictObject({ reason: z.string(), scenarios: count })),
})

const previous = z.strictObject({
  id: z.string().min(1),
  startedAt: time,
  tool: z.string(),
  campaign: z.string(),
  windowMs: z.number().nonnegative(),
  rules: z.string(),
  scenarios: z.array(
    z.strictObject({
      id: z.string(),
      digest: z.string(),
      outcome: z.enum(stimulusVerdicts),
      twin: z.enum(controlVerdicts).nullable(),
    }),
  ),
})

const sentinel = z.strictObject({ name: z.string(), sentAt: time, alertAt: time.nullable(), proven: z.boolean() })

const baseline = z.strictObject({
  learnMs: z.number().nonnegative().nullable(),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  learntAt: time.nullable(),
  hosts: z.strictObject({ first: z.string(), last: z.string() }),
  frames: count,
  found: count,
  conversations: z.array(
    z.strictObject({
      trial: z.string(),
      note: z.string(),
      generator: z.string(),
      flows: texts,
      teaches: texts,
      frames: count,
      found: count,
      sentAt: time.nullable(),
      failure: z.string().nullable(),
    }),
  ),
})

const frontier = z.strictObject({
  scenario: z.string().min(1),
  parameter: z.string().min(1),
  usual: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  from: z.number(),
  to: z.number(),
  resolution: z.number().positive(),
  atOnce: count,
  confidence: z.number().min(0.5).max(1),
  trials: count,
  mostTrials: count,
  result: z.enum(frontierResults),
  edges: z.array(
    z.strictObject({
      below: z.number(),
      above: z.number(),
      detectedSide: z.enum(['below', 'above']),
      isExact: z.boolean(),
    }),
  ),
  points: z.array(
    z.strictObject({
      value: z.number(),
      detected: count,
      decided: count,
      inconclusive: count,
      isDetected: z.boolean().nullable(),
      isSure: z.boolean(),
    }),
  ),
})

const redaction = z.strictObject({
  of: z.string().min(1),
  manifest: digestHex,
  replaced: z.array(z.strictObject({ kind: z.enum(redactedKinds), values: count, places: count })),
  withheld: z.array(z.strictObject({ path: evidencePath, size: count, sha256: digestHex })),
})

const place = { rule: z.string(), file: z.string(), line: count }

const configuration = z.strictObject({
  monitor: z.string(),
  files: z.array(z.strictObject({ file: z.string(), digest: z.string() })),
  rules: count,
  enabled: count,
  expected: z.array(
    z.strictObject({
      ...place,
      isEnabled: z.boolean(),
      why: z.string().nullable(),
      protocol: z.string().nullable(),
    }),
  ),
  exceptions: z.array(z.strictObject({ ...place, kind: z.string(), text: z.string() })),
  parsersOff: texts,
})

/** `run.json`. Unknown keys are refused, so that a figure can never hide in a field that nobody reads. */
export const runSchema = z.strictObject({
  format: z.literal(1, { error: 'this Tocsin reads format 1' }),
  id: z.string().min(1),
  tool: z.strictObject({ name: z.literal('tocsin'), version: z.string() }),
  campaign: z.strictObject({
    name: z.string(),
    title: z.string(),
    seed: z.string(),
    trialsPerScenario: count,
    windowMs: z.number().nonnegative(),
    digest: z.string(),
    arguments: texts.exactOptional(),
  }),
  authorisation: z.strictObject({ by: z.string(), reference: z.string(), validUntil: z.string() }).nullable(),
  startedAt: time,
  endedAt: time,
  incomplete: z.boolean(),
  population: population.exactOptional(),
  previous: previous.exactOptional(),
  summary,
  scenarios: z.array(scenario),
  monitors: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      layers: z.array(layer),
      version: z.string().nullable(),
      embedded: z.boolean(),
    }),
  ),
  images: z.array(z.strictObject({ name: z.string(), digest: z.string() })),
  ruleSet: z
    .strictObject({
      name: z.string(),
      version: z.string(),
      digest: z.string(),
      files: count,
      active: count,
      tocsin: z.strictObject({ digest: z.string(), files: count, active: count }).exactOptional(),
    })
    .nullable(),
  configurations: z.array(configuration).exactOptional(),
  versions: z.record(z.string(), z.string()),
  host: z.strictObject({ platform: z.string(), release: z.string(), engine: z.string() }),
  network: z.strictObject({ name: z.string(), subnet: z.string() }),
  baseline: baseline.exactOptional(),
  clock: z.strictObject({
    source: z.string(),
    offsetMs: z.number().nullable(),
    deliveryMs: z.number().nullable(),
  }),
  sentinels: z.array(sentinel),
  frontier: frontier.exactOptional(),
  console: z
    .strictObject({
      name: z.string(),
      url: z.string(),
      shown: count,
      notShown: count,
      inconclusive: count,
      skipped: count,
    })
    .exactOptional(),
  redaction: redaction.exactOptional(),
  problems: texts,
}) satisfies z.ZodType<Run>

const endpoint = z.strictObject({ mac: z.string(), ipv4: z.string(), ipv6: z.string(), port: count })

const process = z.strictObject({
  pid: count,
  executable: z.string(),
  deleted: z.boolean(),
  arguments: texts,
  parents: texts,
  container: z.string().nullable(),
  peer: z.strictObject({ address: z.string(), port: count }).nullable(),
  startedAt: time,
  endedAt: time,
  exit: z.strictObject({ status: count.nullable(), signal: count.nullable() }),
  evidence: evidencePath,
})

const alerts = z.array(
  z.strictObject({
    monitor: z.string(),
    product: z.string().exactOptional(),
    rule: z.string(),
    name: z.string(),
    at: time,
  }),
)

const phase = z.strictObject({
  frames: count,
  found: count,
  sentAt: time.nullable(),
  alerts,
  layers: z.array(layer),
  evidence: evidencePath.nullable(),
})

const joinKey = z.enum(joinKeys)

const join = z.strictObject({
  network: z.string(),
  process: z.string(),
  outcome: z.enum(joinOutcomes),
  keys: z.array(joinKey),
  missing: z.array(joinKey),
  differing: z.array(joinKey),
  candidates: z.array(
    z.strictObject({
      pid: count,
      executable: z.string(),
      commandLine: z.string(),
      container: z.string().nullable(),
    }),
  ),
  apartMs: z.number().nullable(),
  reason: z.string(),
})

/** One line of `trials.jsonl`. */
export const trialSchema = z.strictObject({
  scenario: z.string(),
  case: z.string(),
  kind: z.enum(['stimulus', 'control']),
  trial: z.number().int().positive(),
  id: z.string(),
  verdict: z.enum([...stimulusVerdicts, ...controlVerdicts]),
  reason: z.string(),
  met: z.boolean().nullable(),
  shortfall: z.enum(shortfalls).exactOptional(),
  matchedBy: z.enum(strengths).nullable(),
  latencyMs: z.number().nullable(),
  alerts,
  layers: z.array(layer),
  joins: z.array(join).exactOptional(),
  proof: z.strictObject({ frames: count, found: count, process: process.exactOptional() }),
  wire: z.enum(['ip', 'frame', 'kernel']),
  sentAt: time.nullable(),
  identity: z.strictObject({ marker: z.string(), client: endpoint, server: endpoint }),
  evidence: evidencePath.nullable(),
  baseline: phase.extend({ conversations: count }).exactOptional(),
  console: z
    .strictObject({
      name: z.string(),
      outcome: z.enum(sightingOutcomes),
      reason: z.string(),
      at: time.nullable(),
      screenshot: evidencePath.nullable(),
      sha256: digestHex.nullable(),
    })
    .exactOptional(),
  repeat: phase.extend({ outcome: z.enum(['silent', 'alerted', 'inconclusive']), reason: z.string() }).exactOptional(),
}) satisfies z.ZodType<RecordedTrial>

/** One line of `observations.jsonl`. */
export const observationSchema = z.strictObject({
  monitor: z.string(),
  kind: z.enum(['alert', 'telemetry']),
  layer,
  event: z.string(),
  at: time,
  receivedAt: time,
  rule: z.strictObject({ product: z.string(), id: z.string(), name: z.string() }).nullable(),
  trial: z.string().nullable(),
  phase: z.enum(phases).exactOptional(),
  matchedBy: z.enum(strengths).nullable(),
  // Of a product's own record nothing is asked, and a copy of each would be most of the work.
  raw: z.custom<Record<string, unknown>>(isObject, 'must be an object'),
}) satisfies z.ZodType<RecordedObservation>

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A zod failure as one line: `campaign.windowMs: expected number, received string`. */
export function explain(error: z.ZodError): string {
  const first = error.issues[0]
  if (!first) return 'not valid'
  const where = first.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${String(key)}` : String(key)),
    '',
  )
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : ''
  return `${where ? `${where}: ` : ''}${first.message}${more}`
}
