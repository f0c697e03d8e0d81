export const stimulusVerdicts = ['detected', 'partial', 'logged', 'missed', 'inconclusive', 'not-applicable'] as const
export const controlVerdicts = ['quiet', 'false-alarm', 'rule-defect', 'inconclusive', 'not-applicable'] as const
export type StimulusVerdict = (typeof stimulusVerdicts)[number]
export type ControlVerdict = (typeof controlVerdicts)[number]

/** How an observation was tied to its trial, strongest first. `time` alone never makes a `detected`. */
export const strengths = ['marker', 'flow', 'address-pair', 'mac', 'process', 'time'] as const
export type Strength = (typeof strengths)[number]

/** In what an alert falls short of the expected one: too late, without a required field, tied by time alone, of another rule, or its process is not told by the records of the connection. */
export const shortfalls = ['late', 'fields', 'time-only', 'other-rule', 'unjoined'] as const
export type Shortfall = (typeof shortfalls)[number]
