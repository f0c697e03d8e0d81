import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asUser } from '../../cli/environment.ts'

/** The clone that the tests were compiled in. */
export const ownRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..')

const compilerPackages = ['typescript']

/** Steers the compiler as our own does, but leaves out the types of Node, which take it a second. */
const tsconfig = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es5'],
    module: 'nodenext',
    moduleDetection: 'force',
    types: [],
    rootDir: '.',
    outDir: 'dist',
    incremental: true,
    tsBuildInfoFile: 'dist/.tsbuildinfo',
    sourceMap: true,
    strict: true,
    skipLibCheck: true,
  },
  include: ['harness', 'test'],
}

const program = `declare const process: any, console: any
export const main = (argv: string[]) => {
  console.log(JSON.stringify({ argv, cwd: process.cwd(), pid: process.pid }))
  return 7
}
`

export interface Clone {
  root: string
  write: (path: string, text: string) => void
  /** Starts the launcher of this clone. */
  start: (argv: string[], options?: StartOptions) => Running
}

export interface StartOptions {
  cwd?: string
  env?: Record<string, string>
  nodeArgs?: string[]
}

export interface Running {
  child: ChildProcess
  ended: Promise<{ status: number | null; signal: string | null; stdout: string; stderr: string }>
}

/** A copy of the launcher around a program of three lines, with the compiler as its only package. */
export function createClone(
  t: { teardown: (clean: () => void) => void },
  options: { hasPackages: boolean; programs?: Record<string, string> },
): Clone {
  const root = mkdtempSync(join(tmpdir(), 'tocsin-clone-'))
  t.teardown(() => rmSync(root, { recursive: true, force: true }))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const path of ['harness/bin', '.npmrc'])
    cpSync(join(ownRoot, path), join(root, path), { recursive: true, dereference: true })
  write('tsconfig.json', JSON.stringify(tsconfig))
  write('harness/cli/main.ts', program)
  const lock = lockOf(compilerPackages)
  write('package.json', JSON.stringify({ ...lock.packages[''], type: 'module', private: true }))
  write('package-lock.json', JSON.stringify(lock))
  if (options.hasPackages) {
    for (const name of compilerPackages) {
      mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true })
      symlinkSync(join(ownRoot, 'node_modules', name), join(root, 'node_modules', name))
    }
    write('node_modules/.package-lock.json', JSON.stringify(lock))
  }
  for (const [name, script] of Object.entries(options.programs ?? {})) {
    write(`programs/${name}`, `#!/bin/sh\n${script}\n`)
    chmodSync(join(root, 'programs', name), 0o755)
  }
  return { root, write, start: (argv, startOptions = {}) => start(root, argv, startOptions) }
}

interface Lock {
  packages: Record<string, object>
  [key: string]: unknown
}

/** Our own lock file, cut down to some packages that need no others. */
function lockOf(names: readonly string[]): Lock {
  const own: Lock = JSON.parse(readFileSync(join(ownRoot, 'package-lock.json'), 'utf8'))
  const entries = names.map(
    (name) => [`node_modules/${name}`, own.packages[`node_modules/${name}`] as { version: string }] as const,
  )
  const versions = Object.fromEntries(
    entries.map(([path, { version }]) => [path.slice('node_modules/'.length), version]),
  )
  const top = { name: 'clone', version: '1.0.0', devDependencies: versions }
  return { name: 'clone', version: '1.0.0', lockfileVersion: 3, packages: { '': top, ...Object.fromEntries(entries) } }
}

function start(root: string, argv: string[], { cwd = root, env = {}, nodeArgs = [] }: StartOptions): Running {
  // The npm that runs this test must not stand in for the one of the clone.
  const { npm_execpath: _, ...inherited } = process.env
  const PATH = `${join(root, 'programs')}:${process.env.PATH}`
  const child = spawn(...asUser(process.execPath, [...nodeArgs, join(root, 'harness', 'bin', 'tocsin.mjs'), ...argv]), {
    cwd,
    env: { ...inherited, PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  })
  return { child, ended }
}
