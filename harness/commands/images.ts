import { randomBytes } from 'node:crypto'
import type { Context } from '../cli/context.ts'
import { pullBaseImage } from '../sandbox/base-image.ts'
import { baseImage } from '../sandbox/build-context.ts'
import type { DockerEngine } from '../sandbox/engine.ts'
import { ensureImages, type ImageProgress, type Images, wantedImages } from '../sandbox/images.ts'
import { readAuditState } from '../sensors/endpoint/audit-state.ts'
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
    audit: async () => {
      const engine = await engineOf(context)
      const { name } = (await wantedImages(context.root, context.dist)).endpoint
      if ((await engine.images.find(name)) === null) return null
      const session = `doctor-${randomBytes(4).toString('hex')}`
      const access = auditAccessOf(await readAuditState({ engine, session, image: { name } }))
      if (access.mode === null) return { ok: false, detail: access.why }
      const detail =
        access.mode === 'auditd' ? 'open to a sensor' : 'read by another program already; a sensor listens beside it'
      return { ok: true, detail }
    },
    ensure: async (progress) => {
      await imagesOf(context, await engineOf(context), ({ image, text }) => progress(`${image}: ${text}`))
    },
  }
}
