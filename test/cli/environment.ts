/**
 * The command and arguments that start a program with the environment of a user's shell. tap puts loaders of its own
 * into NODE_OPTIONS of every child, whatever the caller says; they slow down each program that a test starts, and break
 * some. `env` takes them out again and becomes the program, so the pid is the program's.
 */
export function asUser(command: string, args: readonly string[]): [string, string[]] {
  return ['/usr/bin/env', ['-u', 'NODE_OPTIONS', command, ...args]]
}

/** Our own environment without the colours that a terminal would get. */
export function userEnvironment(changes: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, NO_COLOR: '1', ...changes }
}
