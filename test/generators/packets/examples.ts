import { applicationExamples } from './application-examples.ts'
import { controlSystemExamples } from './control-system-examples.ts'
import { discoveryExamples } from './discovery-examples.ts'
import type { Example } from './example.ts'
import { fileSharingExamples } from './file-sharing-examples.ts'
import { internetExamples } from './internet-examples.ts'
import { linkExamples } from './link-examples.ts'
import { mailAndFileExamples } from './mail-and-file-examples.ts'
import { managementExamples } from './management-examples.ts'
import { messagingExamples } from './messaging-examples.ts'
import { remoteAccessExamples } from './remote-access-examples.ts'
import { telephonyExamples } from './telephony-examples.ts'
import { quicExamples } from './quic-examples.ts'
import { tlsExamples } from './tls-examples.ts'
import { transportExamples } from './transport-examples.ts'
import { tunnelExamples } from './tunnel-examples.ts'
import { webExamples } from './web-examples.ts'

/** At least one correct packet for every layer; a test holds them against the registry. */
export const examples: Example[] = [
  ...linkExamples,
  ...internetExamples,
  ...discoveryExamples,
  ...transportExamples,
  ...tunnelExamples,
  ...applicationExamples,
  ...tlsExamples,
  ...messagingExamples,
  ...controlSystemExamples,
  ...mailAndFileExamples,
  ...remoteAccessExamples,
  ...telephonyExamples,
  ...webExamples,
  ...quicExamples,
  ...fileSharingExamples,
  ...managementExamples,
]
