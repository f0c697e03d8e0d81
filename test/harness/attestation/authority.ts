import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A time-stamping authority of OpenSSL, under a root and an intermediate of its own. */
export interface Authority {
  folder: string
  /** The root's certificate. */
  root: string
  /** Answers a request. @returns the path of the reply */
  reply: (request: Uint8Array, name?: string) => Promise<string>
}

const settings = `
[ tsa ]
default_tsa = authority
[ authority ]
serial = ./serial
signer_cert = ./tsa.pem
certs = ./between.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
`

/**
 * Makes one in a folder.
 * `purpose`: extended key usage of its certificate; `days`: how long that holds, negative: it has run out;
 * `certificateDigest`: by which digest its time stamps name it.
 */
export async function makeAuthority(
  folder: string,
  { purpose = 'critical,timeStamping', days = 30, certificateDigest = 'sha256' } = {},
): Promise<Authority> {
  await mkdir(folder, { recursive: true })
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  await writeFile(join(folder, 'tsa.cnf'), `${settings}ess_cert_id_alg = ${certificateDigest}\n`)
  await writeFile(join(folder, 'serial'), '01\n')
  const authority = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n'
  await writeFile(join(folder, 'ca.ext'), authority)
  await writeFile(join(folder, 'tsa.ext'), `extendedKeyUsage=${purpose}\nkeyUsage=critical,digitalSignature\n`)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  for (const name of ['ca', 'between', 'tsa'])
    await openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=Test ${name}`)
  await openssl(
    'x509',
    '-req',
    '-in',
    'ca.csr',
    '-signkey',
    'ca.key',
    '-days',
    '30',
    '-extfile',
    'ca.ext',
    '-out',
    'ca.pem',
  )
  const sign = (name: string, by: string, ext: string, valid: number) =>
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${by}.pem`,
      '-CAkey',
      `${by}.key`,
      '-CAcreateserial',
      '-days',
      String(valid),
      '-extfile',
      ext,
      '-out',
      `${name}.pem`,
    )
  await sign('between', 'ca', 'ca.ext', 30)
  await sign('tsa', 'between', 'tsa.ext', days)
  return {
    folder,
    root: join(folder, 'ca.pem'),
    reply: async (request, name = 'reply') => {
      await writeFile(join(folder, `${name}.tsq`), request)
      await openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', `${name}.tsq`, '-out', `${name}.tsr`)
      return join(folder, `${name}.tsr`)
    },
  }
}
