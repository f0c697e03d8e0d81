import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readPcap } from '../../generators/wires/pcap-file.ts'
import { smallLibrary } from './small-library.ts'
import { root, tocsin } from './tocsin.ts'

const library = ['--scenarios', 'library']

/** A folder with a library of four scenarios, one of which has a baseline of three conversations. */
async function workplace(folder: string): Promise<string> {
  await smallLibrary(join(folder, 'library'))
  await mkdir(join(folder, 'library/uncommon-flow'))
  const file = 'uncommon-flow/first-seen-host.yaml'
  await cp(join(root, 'scenarios', file), join(folder, 'library', file))
  return folder
}

t.test('plan says what is learnt, how long, and what comes once more', async (t) => {
  const cwd = await workplace(t.testdir({ 'long.yaml': 'name: long\ntitle: Long\nlearn: 2m\n' }))
  const plain = await tocsin(['plan', ...library, '--trials', '2'], { cwd })
  t.match(
    plain.stdout.replaceAll(/\s+/g, ' '),
    'Learns from 12 conversations of ordinary traffic before the first trial, until the stack has heard a sentinel; 2 anomalies come once more at the end',
  )
  const long = await tocsin(['plan', 'long.yaml', ...library], { cwd })
  t.match(long.stdout.replaceAll(/\s+/g, ' '), 'before the first trial, for 120 s; 1 anomaly comes once more')
  const without = await tocsin(['plan', ...library, '--exclude', 'first-seen-host'], { cwd })
  t.notMatch(without.stdout, 'Learns')
})

t.test('a time to learn that is none is told with its place', async (t) => {
  const cwd = await workplace(t.testdir({ 'bad.yaml': 'name: bad\ntitle: Bad\nlearn: a while\n' }))
  const { code, stderr } = await tocsin(['plan', 'bad.yaml', ...library], { cwd })
  t.equal(code, 2)
  t.match(stderr, 'bad.yaml:3:8: learn: "a while" is not allowed: write a number and ms, s or m, for example 10s')
})

t.test('show tells what is learnt first, and between which hosts each conversation is', async (t) => {
  const cwd = await workplace(t.testdir())
  const { stdout } = await tocsin(['show', 'first-seen-host', ...library], { cwd })
  const told = stdout.replaceAll(/\s+/g, ' ')
  const [, client, known] =
    /Learnt first: sessions with [^:]*: 3 conversations of 11 frames, (\S+) to (\S+);/.exec(told) ?? []
  t.ok(client && known, told)
  t.match(told, `it teaches host ${known}`)
  t.match(told, new RegExp(`Anomaly: 11 frames, ${client} to (?!${known})\\S+, on the`))
  t.match(told, /Benign twin: 11 frames, (\S+) to (\S+), on the/)
  const json = JSON.parse((await tocsin(['show', 'first-seen-host', ...library, '--json'], { cwd })).stdout)
  for (const play of json.plays) {
    t.match(play.baseline, [{ conversations: 3, client: play.client, teaches: [/^host /] }])
    t.equal(play.baseline[0].frames.length, 11)
    t.equal(play.baseline[0].server === play.server, play.kind === 'control', 'the twin speaks to the known host')
  }
  const other = JSON.parse((await tocsin(['show', 'tcp-null-scan', ...library, '--json'], { cwd })).stdout)
  t.ok(other.plays.every((play: object) => !('baseline' in play)))
})

t.test('render puts the ordinary traffic in front where it is asked for', async (t) => {
  const cwd = await workplace(t.testdir())
  const frames = async (...more: string[]) => {
    const { code, stderr } = await tocsin(['render', 'first-seen-host', ...library, '-o', 'x.pcap', ...more], { cwd })
    t.equal(code, 0, stderr)
    return readPcap(await readFile(join(cwd, 'x.pcap'))).length
  }
  t.equal(await frames(), 11)
  t.equal(await frames('--with-baseline'), 44)
  t.equal(await frames('--with-baseline', '--control'), 44)
  const refused = await tocsin(['render', 'tcp-null-scan', ...library, '--with-baseline', '-o', 'y.pcap'], { cwd })
  t.equal(refused.code, 2)
  t.match(refused.stderr, 'scenario tcp-null-scan has no baseline; leave --with-baseline out')
})
