import type { Context } from '../cli/context.ts'
import { connectEngine, type DockerEngine } from '../sandbox/engine.ts'
import { createHost, type Host } from '../setup/host.ts'

/** The engine that DOCKER_HOST names, or the default one. @throws SetupError */
export function engineOf({ env }: Context): Promise<DockerEngine> {
  return connectEngine({ host: env.DOCKER_HOST || undefined, certificates: env.DOCKER_CERT_PATH || undefined })
}

export function hostOf({ env }: Context): Host {
  return createHost(env, process.getuid?.() === 0)
}
