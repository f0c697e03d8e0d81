import { findProgram, type Host, pathExists } from './host.ts'
import { found, type Need, type Purpose } from './need.ts'

interface ProgramNeed {
  /** A program on the PATH, or the absolute path of a file. */
  program: string
  /** The Debian package that has it. */
  debianPackage: string
  why: string
  for: readonly Purpose[]
}

const programs: readonly ProgramNeed[] = [
  { program: 'tshark', debianPackage: 'tshark', why: 'decodes our packets, as a second opinion', for: ['test'] },
  { program: 'jq', debianPackage: 'jq', why: 'reads our JSON, and is raced against', for: ['test', 'bench'] },
  { program: 'pdftotext', debianPackage: 'poppler-utils', why: 'reads the PDF report', for: ['test'] },
  { program: 'xmllint', debianPackage: 'libxml2-utils', why: 'checks the JUnit report', for: ['test'] },
  { program: 'tcpreplay', debianPackage: 'tcpreplay', why: 'is raced against', for: ['bench'] },
  { program: 'hping3', debianPackage: 'hping3', why: 'is raced against', for: ['bench'] },
  // Scapy is a library of the system's Python, which need not be the python3 on the PATH.
  {
    program: '/usr/lib/python3/dist-packages/scapy/__init__.py',
    debianPackage: 'python3-scapy',
    why: 'is raced against',
    for: ['bench'],
  },
]

/** Other people's tools that tests and benchmarks compare with. */
export function programNeeds(host: Host): Need[] {
  return programs.map(({ program, debianPackage, why, for: purposes }) => ({
    name: debianPackage,
    title: debianPackage,
    why,
    for: purposes,
    find: async () => {
      const path = program.startsWith('/')
        ? (await pathExists(program))
          ? program
          : null
        : await findProgram(host, program)
      if (path) return found(path)
      return { ok: false, detail: 'missing', steps: [{ kind: 'packages', packages: [debianPackage] }] }
    },
  }))
}
