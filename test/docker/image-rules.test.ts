import { readFileSync } from 'node:fs'
import t from 'tap'
import { shippedTable, shippedTablePath, switchedOn } from '../scenarios/shipped-rules.ts'
import { imageRules } from './image-rules.ts'

t.test('the table of shipped rules is that of the sensor image; npm run docs:rules makes it', async (t) => {
  const rules = await imageRules()
  t.equal(new Set(rules.map(({ sid }) => sid)).size, 407, 'as many rules as the package ships, each once')
  t.equal(rules.filter(({ active }) => !active).length, 24)
  t.equal(readFileSync(shippedTablePath, 'utf8'), shippedTable(rules))
  const commented = new Set(rules.filter(({ active }) => !active).map(({ sid }) => sid))
  for (const sid of switchedOn().keys())
    t.ok(commented.has(sid), `${sid} is switched on, so it is shipped commented out`)
})
