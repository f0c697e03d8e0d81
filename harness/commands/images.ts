import { randomBytes } from 'node:crypto'
import type { Context } from '../cli/context.ts'
import { pullBaseImage } from '../sandbox/base-image.ts'
import { baseImage } from '../sandbox/build-context.ts'
import type { DockerEngine } from '../sandbox/engine.ts'
import { ensureImages, type ImageProgress, type Images, wantedImages } from '../sandbox/images.ts'
import { type AuditOptions, readAuditState } from '../sensors/endpoint/audit-state.ts'
import { whyNoCompanion } from '../sensors/endpoint/companion.ts'
import { auditAccessOf } from '../sensors/endpoint/endpoint.ts'
import type { Images as SetupImages } from '../setup/images-need.ts'
import { engineOf } from './engine.ts'

/** The images of this checkout, built if they are missing. */
export function imagesOf(
  context: Context,
  engine: DockerEngine,
  progress: (progress: ImageProgress) => void,
): Promise<Images> {
  const { root, dist, signal } = context
  return ensureImages(engine, { root, dist, signal, progress })
}

/** What the set-up must know of the images. The engine may come up only after this was called. */
export function imagesForSetup(context: Context): SetupImages {
  return {
    base: baseImage,
    missing: async () => {
      const engine = await engineOf(context)
      const wanted = Object.values(await wantedImages(context.root, context.dist))
      const found = await Promise.all(wanted.map(({ name }) => engine.images.find(name)))
      return wanted.filter((_, index) => found[index] === null).map(({ name }) => name)
    },
    hasBase: async () => (await (await engineOf(context)).images.find(baseImage)) !== null,
    pullBase: async (progress, signal) => pullBaseImage(await engineOf(context), { onText: progress, signal }),
    audit: () =>
      askSensor(context, async (asking) => {
        const access = auditAccessOf(await readAuditState(asking))
        if (access.mode === null) return { ok: false, detail: access.why }
        const detail =
          access.mode === 'auditd' ? 'open to a sensor' : 'read by another program already; a sensor listens beside it'
        return { ok: true, detail }
      }),
    bpf: () =>
      askSensor(context, async (asking) => {
        const why = await whyNoCompanion(asking)
        return why === null ? { ok: true, detail: 'open to bpftrace' } : { ok: false, detail: why }
      }),
    ensure: async (progress) => {
      await imagesOf(context, await engineOf(context), ({ image, text }) => progress(`${image}: ${text}`))
    },
  }
}

/** Asks with the image of the endpoint sensor; null when it is not there. */
async function askSensor<Answer>(
  context: Context,
  ask: (options: AuditOptions) => Promise<Answer>,
): Promise<Answer | null> {
  const engine = await engineOf(context)
  const { name } = (await wantedImages(context.root, context.dist)).endpoint
  if ((await engine.images.find(name)) === null) return null
  return ask({ engine, session: `doctor-${randomBytes(4).toString('hex')}`, image: { name } })
}
