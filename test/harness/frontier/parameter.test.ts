import { join } from 'node:path'
import t from 'tap'
import { generators } from '../../../generators/registry.ts'
import { findParameter } from '../../../harness/frontier/parameter.ts'
import { loadLibrary } from '../../../harness/scenario/load.ts'
import { root } from '../../cli/tocsin.ts'

const library = loadLibrary(join(root, 'scenarios'), generators)
const scenario = (id: string) => {
  const found = library.find((each) => each.id === id)
  if (found === undefined) throw new Error(id)
  return found
}
const flood = scenario('modbus-request-flood')

t.test('a parameter may be written in full or as short as it is clear', async (t) => {
  const full = 'stimulus.steps[1].data.repeat.count'
  for (const written of [
    full,
    'stimulus.with.steps[1].data.repeat.count',
    'steps[1].data.repeat.count',
    'stimulus.steps[1].repeat.count',
    'repeat.count',
    'count',
  ]) {
    const parameter = findParameter(flood, written)
    t.equal(parameter.name, full, written)
    t.equal(parameter.usual, 600)
  }
})

t.test('a value changes the stimulus there and nothing else, and names the case', async (t) => {
  const { label, stimulus, control, expect } = findParameter(flood, 'repeat.count').at(7)
  t.equal(label, 'count=7')
  const steps = (flood.cases[0]?.stimulus?.with.steps ?? []) as unknown[]
  t.match(stimulus.with, { port: 502, steps: [steps[0], { data: { repeat: { count: 7 } } }, steps[2], steps[3]] })
  t.same(control, flood.cases[0]?.control)
  t.same(expect, flood.cases[0]?.expect)
  t.match(steps[1], { data: { repeat: { count: 600 } } }, 'the scenario is left alone')
})

t.test('a field that the scenario leaves out can be set', async (t) => {
  const parameter = findParameter(flood, 'stimulus.steps[1].repeat.interval')
  t.match(parameter, { name: 'stimulus.steps[1].data.repeat.interval', usual: null })
  const [, step] = parameter.at(5).stimulus.with.steps as unknown[]
  t.match(step, { data: { repeat: { count: 600, interval: 5 } } })
})

t.test('a matrix name changes stimulus, control and expectation, beside the other names of its case', async (t) => {
  const services = scenario('tcp-fin-scan-services')
  const parameter = findParameter(services, 'port', 'port=443')
  t.match(parameter, { name: 'port', usual: 443 })
  t.match(parameter.at(99), { label: 'port=99', stimulus: { with: { port: 99 } }, control: { with: { port: 99 } } })
})

t.test('what fits nowhere or in several places is an error that says where', async (t) => {
  const wrong: [string, string, string | undefined, RegExp][] = [
    ['modbus-request-flood', 'cuont', undefined, /no numeric parameter "cuont"; (did you mean|known)/],
    ['modbus-request-flood', 'steps', undefined, /no numeric parameter/],
    ['modbus-request-flood', '', undefined, /empty/],
    ['modbus-request-flood', 'repeat.count', 'port=1', /has no case "port=1"/],
    ['tcp-bad-window-update', 'sequenceOffset.count', undefined, /no numeric parameter/],
  ]
  for (const [id, written, label, message] of wrong)
    t.throws(() => findParameter(scenario(id), written, label), { code: 'BAD_INPUT', message }, `${id} ${written}`)
  const several = library.find(({ stimulus }) => (JSON.stringify(stimulus).match(/"count":/g) ?? []).length > 1)
  t.ok(several)
  if (several)
    t.throws(() => findParameter(several, 'count'), {
      message: /can be stimulus\..* or stimulus\..*; write more of the path/,
    })
})
