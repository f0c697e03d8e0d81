export const stimulusVerdicts = ['detected', 'partial', 'logged', 'missed', 'inconclusive', 'not-applicable'] as const
export const controlVerdicts = ['quiet', 'false-alarm', 'rule-defect', 'inconclusive', 'not-applicable'] as const
export type StimulusVerdict = (typeof stimulusVerdicts)[number]
export type ControlVerdict = (typeof controlVerdicts)[number]

/** How an observation was tied to its trial, strongest first. `time` alone never makes a `detected`. */
export const strengths = ['marker', 'flow', 'address-pair', 'mac', 'process', 'time'] as const
export type Strength = (typeof strengths)[number]
