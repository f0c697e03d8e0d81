import { readAuditState } from '../../harness/sensors/endpoint/audit-state.ts'
import { startEndpoint } from '../../harness/sensors/endpoint/endpoint.ts'
import { startSuricata } from '../../harness/sensors/suricata/suricata.ts'
import { makeWorkDirectory } from '../../harness/sandbox/work-directory.ts'
import { openSandbox } from '../../harness/sandbox/sandbox.ts'
import { realEngine, signal } from './sandbox-rig.ts'

/** Opens a sandbox with its sensors, says so, and waits to be killed: `node sweep-victim.js <session>`. */
const session = process.argv[2] ?? 'victim'
const { engine, images } = await realEngine()
const work = await makeWorkDirectory(session)
console.log(`work ${work.path}`)
const sandbox = await openSandbox({ engine, images, session, subnet: '198.18.0.0/20', signal })
console.log('sandbox')
const { tapContainerId } = sandbox
await startSuricata({ engine, session, image: images.sensor, tapContainerId, eveDirectory: `${work.path}/eve`, signal })
console.log('sensor')
const before = await readAuditState({ engine, session, image: images.endpoint })
if (before === null) throw new Error('no audit here')
const directory = `${work.path}/audit`
const endpoint = await startEndpoint({
  engine,
  session,
  image: images.endpoint,
  before,
  mode: 'auditd',
  directory,
  signal,
})
console.log('endpoint')
void endpoint.failed.then(() => endpoint[Symbol.asyncDispose]())
for await (const _ of sandbox.capture);
