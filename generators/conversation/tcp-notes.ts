import type { Flag, NamedStep } from './tcp-steps.ts'

type Offsets = Pick<NamedStep, 'sequenceOffset' | 'acknowledgmentOffset' | 'timestampOffset'>

/** What a segment is, in words, for want of a note: `SYN, ACK`, `5 bytes of data, sequence number +1000`. */
export function noteOf(step: Offsets, flags: readonly Flag[], length: number): string {
  const plainData = length > 0 && flags.every((flag) => flag === 'ACK' || flag === 'PSH')
  const parts = plainData ? [] : flags.length === 0 ? ['no flags'] : [...flags]
  if (length > 0) parts.push(`${length} bytes of data`)
  if (step.sequenceOffset !== 0) parts.push(`sequence number ${signed(step.sequenceOffset)}`)
  if (step.acknowledgmentOffset) parts.push(`acknowledgment ${signed(step.acknowledgmentOffset)}`)
  if (step.timestampOffset !== 0) parts.push(`timestamp ${signed(step.timestampOffset)}`)
  return parts.join(', ')
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value)
}
