import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { PcapError } from '../../../generators/errors.ts'
import { conversationToPcap, PcapReader, readPcap, writePcap } from '../../../generators/wires/pcap-file.ts'

const frame = (length: number) => Uint8Array.from({ length }, (_, index) => index & 0xff)

/** A pcap in the other byte order: as big-endian machines write it. */
function bigEndian(magic: number, linkType: number, fraction: number, body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(40 + body.length)
  bytes.writeUInt32BE(magic, 0)
  bytes.writeUInt16BE(2, 4)
  bytes.writeUInt16BE(4, 6)
  bytes.writeUInt32BE(65535, 16)
  bytes.writeUInt32BE(linkType, 20)
  bytes.writeUInt32BE(100, 24)
  bytes.writeUInt32BE(fraction, 28)
  bytes.writeUInt32BE(body.length, 32)
  bytes.writeUInt32BE(body.length + 7, 36)
  bytes.set(body, 40)
  return bytes
}

t.test('what was written is read back, whatever the chunks', async (t) => {
  const record = fc.record({
    at: fc.bigInt({ min: 0n, max: 4_294_967_295_999_999_999n }),
    bytes: fc.uint8Array({ maxLength: 200 }),
  })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), fc.integer({ min: 1, max: 64 }), (records, size) => {
        const file = writePcap(records, { precision: 'ns' })
        const reader = new PcapReader()
        const read = []
        for (let offset = 0; offset < file.length; offset += size)
          read.push(...reader.push(file.subarray(offset, offset + size)))
        reader.end()
        return (
          read.length === records.length &&
          read.every(
            (one, index) =>
              one.at === records[index]?.at && Buffer.compare(one.bytes, records[index]?.bytes ?? frame(0)) === 0,
          )
        )
      }),
    ),
  )
})

t.test('microseconds are the default and cut the rest', async (t) => {
  const [read] = readPcap(writePcap([{ at: 1_700_000_000_123_456_789n, bytes: frame(60) }]))
  t.equal(read?.at, 1_700_000_000_123_456_000n)
})

t.test('files of big-endian machines are read, in both precisions, with the length on the wire', async (t) => {
  const [micro] = readPcap(bigEndian(0xa1b2c3d4, 1, 5, frame(14)))
  t.match(micro, { at: 100_000_005_000n, originalLength: 21 })
  const [nano] = readPcap(bigEndian(0xa1b23c4d, 1, 5, frame(14)))
  t.equal(nano?.at, 100_000_000_005n)
})

t.test('what is no Ethernet pcap is refused with the reason', async (t) => {
  t.throws(() => readPcap(bigEndian(0xa1b2c3d4, 113, 0, frame(1))), { name: 'PcapError', message: /link type 113/ })
  t.throws(() => readPcap(bigEndian(0x0a0d0d0a, 1, 0, frame(1))), { message: /not a pcap: it starts with 0x0a0d0d0a/ })
  t.throws(() => readPcap(new Uint8Array(10)), { message: /before its file header/ })
  const file = writePcap([{ at: 0n, bytes: frame(20) }])
  t.throws(() => readPcap(file.subarray(0, file.length - 1)), { message: /inside a record: 35 bytes after byte 24/ })
  const broken = Uint8Array.from(file)
  broken[35] = 0xff
  t.throws(() => readPcap(broken), { message: /record at byte 24 claims 4278190100 bytes/ })
})

t.test('what does not fit the format is refused when writing', async (t) => {
  t.throws(() => writePcap([{ at: -1n, bytes: frame(1) }]), PcapError)
  t.throws(() => writePcap([{ at: 5_000_000_000_000_000_000n, bytes: frame(1) }]), /outside 1970 to 2106/)
  t.throws(() => writePcap([{ at: 0n, bytes: new Uint8Array(262_145) }]), /frame 0: 262145 bytes/)
})

t.test('a conversation keeps its order and its delays', async (t) => {
  const frames = [
    { from: 'client' as const, bytes: frame(60), note: 'a' },
    { from: 'server' as const, bytes: frame(61), note: 'b' },
    { from: 'client' as const, bytes: frame(62), note: 'c', delay: 250 },
  ]
  const read = readPcap(conversationToPcap({ frames }, 1000.5))
  t.strictSame(
    read.map((one) => one.at),
    [1_000_500_000n, 1_000_501_000n, 1_250_501_000n],
  )
})

t.test('tshark reads the file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pcap-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const arp = Buffer.from('ffffffffffff0200000000010806000108000604000102000000000ac6120001000000000000c6120002', 'hex')
  for (const precision of ['us', 'ns'] as const) {
    writeFileSync(join(folder, precision), writePcap([{ at: 1_500_000n, bytes: arp }], { precision }))
    const { stdout } = spawnSync('tshark', ['-nr', join(folder, precision)], { encoding: 'utf8' })
    t.match(stdout, /ARP .*Who has 198\.18\.0\.2\? Tell 198\.18\.0\.1/)
  }
})
