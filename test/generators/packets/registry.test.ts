import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Layer } from '../../../generators/packets/layer.ts'
import { layers } from '../../../generators/packets/registry.ts'
import {
  decodeStack,
  describeLayer,
  encodeStack,
  layerNames,
  parseLayerValues,
} from '../../../generators/packets/stack.ts'
import { examples } from './examples.ts'
import { toHex } from './hex.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../generators/packets/layers')

t.test('every file in the folder of layers is registered under its own name', async (t) => {
  const files = readdirSync(folder).filter((file) => /\.[jt]s$/.test(file))
  t.same(files.map((file) => camelCase(file.slice(0, -3))).sort(), layerNames().sort())
  for (const [name, layer] of Object.entries<Layer>(layers)) t.equal(layer.name, name)
})

t.test('no two layers have the same number in one space', async (t) => {
  const taken = new Map<string, string>()
  for (const layer of Object.values<Layer>(layers))
    for (const [space, numbers] of Object.entries(layer.boundTo ?? {}))
      for (const number of [numbers].flat()) {
        t.notOk(taken.has(`${space} ${number}`), `${space} ${number}`)
        taken.set(`${space} ${number}`, layer.name)
      }
})

for (const name of layerNames()) {
  t.test(`${name} keeps the contract of a layer`, async (t) => {
    const layer: Layer = layers[name as keyof typeof layers]
    const bytes = encodeStack([{ layer: name, values: {} }])
    const decoded = decodeStack(bytes, name)
    if (name !== 'payload') {
      t.equal(decoded[0]?.layer, name, 'what it makes of nothing, it reads')
      t.equal(decoded[0]?.length, bytes.length)
    }
    t.equal(toHex(encodeStack(decoded)), toHex(bytes))
    const bits = layer.struct.entries.reduce(
      (sum, [, field]) => (field.kind === 'number' && field.when === undefined ? sum + field.bits : sum),
      0,
    )
    t.equal(bits % 8, 0, 'its numbers fill whole bytes')
    const { title, rfc, fields } = describeLayer(name)
    t.ok(title.length > 0 && rfc.length > 0)
    t.same(
      fields.map((field) => field.name),
      [...Object.keys(layer.struct.fields), 'truncate', 'trailer'],
    )
    for (const field of fields) {
      t.match(field.doc, /\.$/, `${field.name} is documented`)
      t.ok(field.type.length > 0)
    }
    t.ok(
      examples.some(({ stack }) => stack.some((spec) => spec.layer === name)),
      'there is an example of it',
    )
    for (const next of layer.carries?.fields ?? []) t.ok(next in layer.struct.fields)
    if (layer.checksum !== undefined) t.ok(layer.checksum.field in layer.struct.fields)
    t.throws(() => parseLayerValues(name, { noSuchField: 1 }), {
      name: 'PacketError',
      layer: name,
      field: 'noSuchField',
    })
  })
}

t.test('descriptions are plain data', async (t) => {
  const described = layerNames().map(describeLayer)
  t.same(JSON.parse(JSON.stringify(described)), described)
  const tcp = described.find(({ name }) => name === 'tcp')
  t.match(
    tcp?.fields.find(({ name }) => name === 'window'),
    { type: 'u16', default: 65535 },
  )
  t.match(
    tcp?.fields.find(({ name }) => name === 'checksum'),
    { computed: /Internet checksum/ },
  )
  t.match(
    tcp?.fields.find(({ name }) => name === 'flags'),
    { names: { SYN: 2 }, default: [] },
  )
  t.match(tcp?.fields.find(({ name }) => name === 'options')?.items, [{ name: 'end', type: 0 }])
})

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())
}
