import type { Distribution, Host } from './host.ts'
import { readDistribution } from './host.ts'
import type { Need, Purpose } from './need.ts'
import { readFacts } from './facts.ts'
import { describeSteps } from './setup.ts'

/** One need, or one fact about the machine. */
export interface DoctorLine {
  name: string
  title: string
  why: string
  /** Empty for a fact. */
  for: readonly Purpose[]
  /** null: a fact, or something that is not needed as things are or cannot be known yet. */
  ok: boolean | null
  /** Version and path, or what is wrong. */
  detail: string
  /** How to get it, as a command or a sentence; null when there is nothing to do. */
  get: string | null
}

/** Looks at everything that Tocsin needs and at the machine. Changes nothing. */
export async function doctor(host: Host, needs: readonly Need[], signal: AbortSignal): Promise<DoctorLine[]> {
  const { kind } = await readDistribution(host)
  const lines = await Promise.all(needs.map((need) => examine(need, kind, host.isRoot, signal)))
  return [...lines, ...(await readFacts())]
}

async function examine(need: Need, kind: Distribution, isRoot: boolean, signal: AbortSignal): Promise<DoctorLine> {
  const { ok, detail, steps } = await need.find(signal)
  const get = describeSteps(steps, kind)
  return {
    name: need.name,
    title: need.title,
    why: need.why,
    for: need.for,
    ok,
    detail,
    get: get === '' ? null : isRoot ? get.replaceAll('sudo ', '') : get,
  }
}
