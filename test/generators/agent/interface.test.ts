import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readInterface } from '../../../generators/agent/interface.ts'

async function folderWith(...names: string[]): Promise<string> {
  const folder = t.testdir()
  for (const [place, name] of names.entries()) {
    await mkdir(join(folder, name))
    const facts = { ifindex: 10 + place, iflink: 20 + place, address: `02:00:00:00:00:0${place}`, mtu: 1500 }
    for (const [file, value] of Object.entries(facts)) await writeFile(join(folder, name, file), `${value}\n`)
  }
  return folder
}

t.test('the first interface that is not the loopback is taken', async (t) => {
  const folder = await folderWith('lo', 'eth1', 'eth0')
  t.strictSame(readInterface(undefined, folder), {
    name: 'eth0',
    index: 12,
    link: 22,
    mac: '02:00:00:00:00:02',
    mtu: 1500,
  })
})

t.test('an interface is taken by name', async (t) => {
  t.equal(readInterface('eth1', await folderWith('lo', 'eth0', 'eth1')).index, 12)
})

t.test('an interface that is not there is an error that lists those that are', async (t) => {
  const folder = await folderWith('lo', 'eth0')
  t.throws(() => readInterface('eth7', folder), { message: 'no network interface eth7; there are: eth0' })
  t.throws(() => readInterface('../eth0', folder), { message: 'no network interface ../eth0; there are: eth0' })
})

t.test('a namespace with nothing but the loopback is an error', async (t) => {
  const folder = await folderWith('lo')
  t.throws(() => readInterface(undefined, folder), {
    message: 'no network interface but the loopback; there are: none',
  })
})

t.test('the loopback of this machine reads as the kernel shows it', async (t) => {
  t.throws(() => readInterface('lo'), { message: /^no network interface lo/ })
})
