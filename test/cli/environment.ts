/**
 * The environment as a user's shell has it. tap adds loaders of its own to NODE_OPTIONS, which would slow down every
 * program that a test starts, and break some.
 */
export function userEnvironment(changes: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env
  return { ...rest, NO_COLOR: '1', ...changes }
}
