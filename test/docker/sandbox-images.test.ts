import t from 'tap'
import { hostBaseImage, proxyArguments } from '../../harness/sandbox/base-image.ts'
import { rebase } from '../../harness/sandbox/build-context.ts'
import { buildImage } from '../../harness/sandbox/build-image.ts'
import { readHostApt } from '../../harness/sandbox/host-apt.ts'
import { ensureImages, wantedImages } from '../../harness/sandbox/images.ts'
import { dist, realEngine, root, signal } from './sandbox-rig.ts'

const { engine, images } = await realEngine()
const quiet = { onText: () => {}, signal }

t.test('images are named after what they are built from, and are not built again', async (t) => {
  const wanted = await wantedImages(root, dist)
  t.match(images, {
    actor: { name: wanted.actor.name, digest: /^sha256:[0-9a-f]{64}$/ },
    sensor: { name: wanted.sensor.name, digest: /^sha256:[0-9a-f]{64}$/ },
  })
  t.match(wanted.actor.name, /^tocsin\/actor:[0-9a-f]{12}$/)
  const said: string[] = []
  const progress = ({ text }: { text: string }) => void said.push(text)
  t.strictSame(await ensureImages(engine, { root, dist, signal, progress }), images)
  t.strictSame(said, [])
})

t.test('the sensor is not built when a rule is not shipped as it is to be switched on', async (t) => {
  const host = await readHostApt(signal)
  const base = await hostBaseImage(engine, host, quiet)
  const { context } = (await wantedImages(root, dist)).sensor
  const wrong = [
    ['enable.conf', '9999999 no such rule', 'enable.conf: 9999999 is not shipped, or not commented out'],
    ['enable.conf', '2200024 no such rule', 'enable.conf: 2200024 is not shipped, or not commented out'],
  ] as const
  for (const [path, line, message] of wrong) {
    const changed = context.map((entry) =>
      entry.path === path ? { ...entry, content: Buffer.from(`${line}\n`) } : entry,
    )
    const options = { ...quiet, name: 'tocsin/test-sensor:broken', context: rebase(changed, base) }
    await t.rejects(buildImage(engine, { ...options, arguments: proxyArguments(host) }), {
      name: 'SetupError',
      message: new RegExp(message),
    })
  }
  t.equal(await engine.images.find('tocsin/test-sensor:broken'), null)
})

t.test("the host's trusted certificates and mirrors are on the image that the others are built on", async (t) => {
  const host = await readHostApt(signal)
  const base = await hostBaseImage(engine, host, quiet)
  const lines = [
    `FROM ${base}`,
    'RUN cat /etc/apt/sources.list.d/host.sources && apt-config dump && wc -c /etc/apt/*.crt',
  ]
  const said: string[] = []
  const context = [{ path: 'Dockerfile', content: Buffer.from(lines.join('\n')) }]
  const name = 'tocsin/test-base:shown'
  await buildImage(engine, { name, context, arguments: {}, signal, onText: (text) => said.push(text) })
  t.teardown(() => engine.images.remove(name))
  const text = said.join('\n')
  t.ok(text.includes(`URIs: ${host.mirrors.archive}\n`), 'the mirror')
  if (host.certificates) {
    t.ok(text.includes('Acquire::https::CaInfo "/etc/apt/tocsin-host.crt";'), 'apt uses the certificates')
    t.ok(text.includes(`${host.certificates.length} /etc/apt/tocsin-host.crt`), 'all of them')
  }
})

t.test('every rule of enable.conf has a reason', async (t) => {
  const { context } = (await wantedImages(root, dist)).sensor
  const text = String(context.find(({ path }) => path === 'enable.conf')?.content)
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  t.equal(lines.length, 17)
  for (const line of lines) t.match(line, /^2\d{6} \S.{10,}$/)
})
