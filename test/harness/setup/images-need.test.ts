import { once } from 'node:events'
import { createServer } from 'node:http'
import t from 'tap'
import type { Host } from '../../../harness/setup/host.ts'
import { auditNeed, bpfNeed, debstrapNeed, type Images, imagesNeed } from '../../../harness/setup/images-need.ts'
import { setup } from '../../../harness/setup/setup.ts'
import { createMachine, workingApt } from './machine.ts'

const { signal } = new AbortController()

/** A store of images that lives in memory. */
function createImages(engine: { tags: string[]; registry: string[] }): Images & { log: string[] } {
  const log: string[] = []
  const missing = () => ['tocsin/actor:1', 'tocsin/sensor:1'].filter((tag) => !engine.tags.includes(tag))
  return {
    log,
    base: 'debian:trixie-slim',
    missing: async () => missing(),
    hasBase: async () => engine.tags.includes('debian:trixie-slim'),
    pullBase: async () => {
      const found = engine.registry.includes('debian:trixie-slim')
      if (found) engine.tags.push('debian:trixie-slim')
      return found
    },
    audit: async () => ({ ok: false, detail: 'locked' }),
    bpf: async () => ({ ok: false, detail: 'the kernel does not take a BPF program' }),
    ensure: async () => {
      log.push(engine.tags.includes('debian:trixie-slim') ? 'built' : 'built on mmdebstrap')
      engine.tags.push(...missing())
    },
  }
}

async function listen(t: Tap, host: Host) {
  const server = createServer((_request, response) => response.end('{"Version":"28"}')).listen(host.paths.engineSocket)
  t.teardown(() => server.close())
  await once(server, 'listening')
}
type Tap = Pick<typeof t, 'teardown'>

const run = (machine: ReturnType<typeof createMachine>, images: Images) =>
  setup({
    host: machine.host,
    needs: [debstrapNeed(machine.host, images), imagesNeed(machine.host, images)],
    for: 'run',
    confirm: null,
    progress: machine.progress,
    signal,
  })

t.test('images are built on a base that is pulled, and then are there', async (t) => {
  const machine = createMachine(t, { isRoot: false })
  await listen(t, machine.host)
  const images = createImages({ tags: [], registry: ['debian:trixie-slim'] })
  t.strictSame(await run(machine, images), ['container images'])
  t.strictSame(images.log, ['built'])
  t.strictSame(await run(machine, images), [])
  t.match(await debstrapNeed(machine.host, images).find(signal), { ok: null, detail: /not needed/, steps: [] })
})

t.test('where no registry answers mmdebstrap is installed first', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('apt-get', workingApt)
  await listen(t, machine.host)
  const images = createImages({ tags: [], registry: [] })
  await run(machine, images)
  t.match(
    machine.said.join('\n'),
    /build the container images.*; install mmdebstrap first if debian:trixie-slim cannot be pulled/,
  )
  t.match(machine.calls().at(-1), /install mmdebstrap debian-archive-keyring/)
  t.strictSame(images.log, ['built on mmdebstrap'])
})

t.test('where no registry answers and there is no root, the command is printed and nothing is built', async (t) => {
  const machine = createMachine(t, { isRoot: false })
  machine.addProgram('apt-get', workingApt)
  await listen(t, machine.host)
  const images = createImages({ tags: [], registry: [] })
  await t.rejects(run(machine, images), {
    exitCode: 2,
    message: /sudo apt-get install -y --no-install-recommends mmdebstrap debian-archive-keyring/,
  })
  t.strictSame(images.log, [])
})

t.test('without an engine it is not known whether images are there', async (t) => {
  const machine = createMachine(t)
  const images = createImages({ tags: [], registry: [] })
  t.match(await imagesNeed(machine.host, images).find(signal), { ok: false, detail: 'unknown until the engine runs' })
  t.match(await debstrapNeed(machine.host, images).find(signal), { ok: null, detail: /needed only if/ })
})

t.test('that the kernel takes no BPF programs is told, and what that means', async (t) => {
  const machine = createMachine(t, { isRoot: false })
  await listen(t, machine.host)
  const images = createImages({ tags: [], registry: ['debian:trixie-slim'] })
  t.match(await bpfNeed(machine.host, images).find(signal), { ok: null, detail: 'unknown until the images are built' })
  await run(machine, images)
  const detail = 'the kernel does not take a BPF program: the audit alone tells of processes'
  t.match(await bpfNeed(machine.host, images).find(signal), { ok: null, detail, steps: [] })
  const open = { ...images, bpf: async () => ({ ok: true, detail: 'open to bpftrace' }) }
  t.match(await bpfNeed(machine.host, open).find(signal), { ok: true, detail: 'open to bpftrace' })
})

t.test('that no audit is to be had is told, and keeps nobody from a campaign', async (t) => {
  const machine = createMachine(t, { isRoot: false })
  await listen(t, machine.host)
  const images = createImages({ tags: [], registry: ['debian:trixie-slim'] })
  const need = auditNeed(machine.host, images)
  t.match(await need.find(signal), { ok: null, detail: 'unknown until the images are built', steps: [] })
  await run(machine, images)
  const detail = 'locked: scenarios of rogue processes are not applicable here'
  t.match(await need.find(signal), { ok: null, detail, steps: [] })
  const open = { ...images, audit: async () => ({ ok: true, detail: 'open to a sensor' }) }
  t.match(await auditNeed(machine.host, open).find(signal), { ok: true, detail: 'open to a sensor' })
})
