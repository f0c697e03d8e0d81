import type { Observation } from '../monitors/observation.ts'
import { tocsin } from '../monitors/tocsin-rule.ts'
import type { Proof } from '../witness/proof.ts'

/** `embedded-suricata raised rule 2210035 "SURICATA STREAM FIN but no session"`; for one of ours, `raised Tocsin's own rule …`. */
export function alerted({ monitor, rule, event }: Observation): string {
  if (rule === undefined) return `${plain(monitor)} raised "${plain(event)}"`
  const name = rule.name === '' || rule.name === rule.id ? '' : ` "${plain(rule.name)}"`
  const whose = rule.product === tocsin ? "Tocsin's own rule" : 'rule'
  return `${plain(monitor)} raised ${whose} ${plain(rule.id)}${name}`
}

/** A duration for people: `6.6 ms`, `230 ms`, `4.2 s`. */
export function ms(duration: number): string {
  if (duration >= 1000) return `${round(duration / 1000)} s`
  return `${duration < 10 ? round(duration) : Math.round(duration)} ms`
}

/** `flow`, `flow and packet`, `flow, packet and stream`. */
export function naming(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** What a delay is counted from. */
export function beginning({ subject }: Proof): string {
  return subject === 'process' ? 'its start' : 'the first frame'
}

/** What was proven, as a clause: `All 3 frames were on the wire`. */
export function happened({ subject, frames }: Proof, harmless = ''): string {
  if (subject === 'process') return `The ${harmless}process ran as the witness saw`
  if (harmless === '' && frames === 1) return 'The one frame was on the wire'
  return `All ${frames} ${harmless}frames were on the wire`
}

/** Why it cannot be said that the trial happened. */
export function unproven(proof: Proof, failure: string | null): string {
  const why = failure === null ? '' : `: ${failure}`
  if (proof.subject === 'process') return `The witness did not see the process${why}.`
  if (proof.frames === 0) return `The trial has no frames that could be proven${why}.`
  return `The witness saw only ${Math.min(proof.found, proof.frames)} of ${proof.frames} frames on the wire${why}.`
}

/** Why it cannot be said that anything was new to the stack, or known to it. */
export function untaught({
  frames,
  found,
  failure,
}: {
  frames: number
  found: number
  failure: string | null
}): string {
  const why = failure === null ? '' : `: ${failure}`
  return `Its baseline is not proven: the witness saw only ${Math.min(found, frames)} of ${frames} frames of the ordinary traffic before it${why}.`
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Text of others in one line: without control characters and not endless. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 160)
}
