import t from 'tap'
import { openFrameWire } from '../../../generators/wires/frame-wire.ts'
import { libc } from '../../../generators/wires/libc.ts'
import { XdpRing } from '../../../generators/wires/xdp-ring.ts'
import { WireError } from '../../../generators/wires/wire.ts'

t.test('an interface that is not there is an error that names it, or the missing privilege', async (t) => {
  const problem =
    /^cannot (bind a packet socket to interface index 999999: ENODEV|open a packet socket: EPERM; it wants CAP_NET_RAW)$/
  t.throws(() => openFrameWire(999_999), { name: 'WireError', message: problem })
  t.throws(() => openFrameWire(999_999), WireError)
})

t.test('where there can be no ring there is none, and nothing breaks', async (t) => {
  t.equal(XdpRing.open(libc(), 999_999, 1500), null)
})
