import { playSteps } from '../conversation/tcp-script.ts'
import { tcpParameters } from '../conversation/tcp-steps.ts'
import { defineGenerator } from '../generator.ts'

/** A TCP conversation step by step, both ends, with correct numbers wherever the scenario does not ask for wrong ones. */
export const tcp = defineGenerator({
  name: 'tcp',
  title: 'TCP conversation step by step',
  parameters: tcpParameters,
  conversation: (given, identity) => ({ frames: playSteps(given, identity) }),
})
