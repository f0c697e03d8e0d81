import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHost, type Host } from '../../../harness/setup/host.ts'
import type { Progress } from '../../../harness/setup/need.ts'

export interface Machine {
  folder: string
  host: Host
  progress: Progress
  /** Lines that the set-up said. */
  said: string[]
  /** Puts a shell script on the PATH of this machine. */
  addProgram: (name: string, script: string) => string
  /** Lines that programs wrote to `$CALLS`, in order. */
  calls: () => string[]
}

/** A folder that looks like a machine: its own PATH, distribution, sockets and logs. The programs on it really run. */
export function createMachine(
  t: { teardown: (clean: () => void) => void },
  options: { isRoot?: boolean; osRelease?: string; env?: Record<string, string> } = {},
): Machine {
  // The path of a Unix socket has room for 107 bytes, too few for the folders that tap makes.
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const programs = join(folder, 'bin')
  const callsFile = join(folder, 'calls')
  mkdirSync(programs)
  writeFileSync(callsFile, '')
  writeFileSync(
    join(folder, 'os-release'),
    options.osRelease ?? 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n',
  )
  const said: string[] = []
  return {
    folder,
    said,
    host: createHost({ PATH: programs, CALLS: callsFile, FOLDER: folder, ...options.env }, options.isRoot ?? true, {
      osRelease: join(folder, 'os-release'),
      systemd: join(folder, 'systemd'),
      engineSocket: join(folder, 'docker.sock'),
      enginePid: join(folder, 'docker.pid'),
      programs: [],
      logs: join(folder, 'log'),
    }),
    progress: { say: (line) => void said.push(line), status: () => {} },
    addProgram: (name, script) => {
      const path = join(programs, name)
      writeFileSync(path, `#!/bin/sh\n${script}\n`)
      chmodSync(path, 0o755)
      return path
    },
    calls: () => readFileSync(callsFile, 'utf8').split('\n').filter(Boolean),
  }
}

/** An apt-get that notes how it was called and makes the programs that it is asked for. */
export const workingApt = `
case "$*" in
  *--assume-no*) echo "Need to get 12.5 MB of archives."; echo "After this operation, 40 MB of additional disk space will be used."; exit 1;;
esac
echo "apt-get $* [$DEBIAN_FRONTEND]" >> "$CALLS"
case "$*" in
  *install*) for name; do case "$name" in jq|tshark) printf '#!/bin/sh\\n' > "$FOLDER/bin/$name"; /bin/chmod +x "$FOLDER/bin/$name";; esac; done;;
esac`
