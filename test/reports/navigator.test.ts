import t from 'tap'
import { z } from 'zod'
import { wilson } from '../../harness/verdict/stats.ts'
import { hostileText, rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

const metadata = z.array(z.strictObject({ name: z.string(), value: z.string() }))

// Layer format 4.5, as far as we write it.
const layer = z.strictObject({
  name: z.string(),
  versions: z.strictObject({
    attack: z.string().regex(/^\d+$/).optional(),
    navigator: z.string(),
    layer: z.literal('4.5'),
  }),
  domain: z.literal('enterprise-attack'),
  description: z.string(),
  techniques: z.array(
    z.strictObject({
      techniqueID: z.string(),
      score: z.number().min(0).max(100).optional(),
      comment: z.string(),
      enabled: z.boolean(),
      showSubtechniques: z.boolean(),
      metadata,
      links: z.array(z.strictObject({ label: z.string(), url: z.url() })),
    }),
  ),
  gradient: z.strictObject({
    colors: z.array(z.string().regex(/^#[0-9a-f]{6}$/)).min(2),
    minValue: z.number(),
    maxValue: z.number(),
  }),
  legendItems: z.array(z.strictObject({ label: z.string(), color: z.string() })),
  metadata,
  hideDisabled: z.boolean(),
  selectTechniquesAcrossTactics: z.boolean(),
  selectSubtechniquesWithParent: z.boolean(),
})

const read = async (options: Parameters<typeof sampleRecord>[0] = {}) =>
  layer.parse(JSON.parse(await rendered('navigator', sampleRecord(options))))

t.test('a score is the share detected; no score means not tested, and 0 tested and missed', async (t) => {
  const { techniques, versions } = await read()
  const score = (id: string) => techniques.find(({ techniqueID }) => techniqueID === id)?.score
  t.equal(score('T1498.001'), 100)
  t.equal(score('T1595.002'), 50)
  t.equal(score('T1557'), 87.5, 'seven of eight')
  t.equal(score('T1027'), 0, 'logged is not detected')
  t.equal(score('T1599'), undefined, 'inconclusive')
  t.equal(score('T1059.004'), undefined, 'no monitor')
  t.equal(score('T1498'), undefined, 'a parent is not scored by its sub-techniques')
  t.strictSame(versions, { attack: '18', navigator: '5.2.0', layer: '4.5' })
})

t.test('each technique carries its analytic, strategy, count and interval, and links to them', async (t) => {
  const { techniques } = await read()
  const scan = techniques.find(({ techniqueID }) => techniqueID === 'T1595.002')
  const { low, high } = wilson(1, 2)
  const value = (name: string) => scan?.metadata.find((each) => each.name === name)?.value
  t.equal(value('analytic'), 'AN1999')
  t.equal(value('detection strategy'), 'DET0867')
  t.equal(value('detected'), '1/2')
  t.equal(value('95% interval'), `${(low * 100).toFixed(1)}% to ${(high * 100).toFixed(1)}%`)
  t.equal(value('mapping'), 'official')
  t.equal(value('stray-fin'), 'missed')
  t.match(scan?.comment, /^1\/2 scenarios detected, 95% interval .*; window 10 s; run 20261124-/)
  t.strictSame(scan?.links, [
    { label: 'DET0867 / AN1999', url: 'https://attack.mitre.org/detectionstrategies/DET0867#AN1999' },
  ])
})

t.test('hostile text stays text', async (t) => {
  const hostile = await read({ text: hostileText })
  t.notMatch(JSON.stringify(hostile), /[\p{Cc}\p{Cf}\p{Cs}]/u)
  t.match(hostile.name, /⟨U\+202E⟩/)
})
