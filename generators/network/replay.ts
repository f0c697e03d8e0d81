import { z } from 'zod'
import type { Frame } from '../conversation/conversation.ts'
import { PcapError, GeneratorError } from '../errors.ts'
import type { Files, OpenFile } from '../files.ts'
import { defineGenerator } from '../generator.ts'
import { moveTo } from '../replay/move.ts'
import { partyAddresses } from '../replay/parties.ts'
import { pausesOf, replayBatches, replayFrames } from '../replay/replay-frames.ts'
import { Rewriter } from '../replay/rewriter.ts'
import { scanCapture } from '../replay/scan.ts'
import { ipText, ipv4Bytes, ipv6Bytes } from '../packets/address.ts'

const port = z.number().int().min(0).max(65_535)

/** As an address is written everywhere else, so that two spellings of one IPv6 address are one. */
const address = z.string().transform((text, context) => {
  const bytes = ipv4Bytes(text) ?? ipv6Bytes(text)
  if (bytes !== undefined) return ipText(bytes)
  context.addIssue({ code: 'custom', message: `"${text}" is no IP address` })
  return z.NEVER
})

const parameters = z.strictObject({
  capture: z
    .string()
    .min(1)
    .max(1024)
    .describe('The pcap or pcapng file, relative to this file, inside the scenario folder.'),
  packets: z
    .strictObject({ first: z.number().int().min(1).default(1), last: z.number().int().min(1).optional() })
    .default({ first: 1 })
    .describe('Only these, by their numbers as Wireshark shows them.'),
  client: z
    .array(address)
    .min(1)
    .optional()
    .describe(
      'Addresses of the capture that are the client; absent: whoever opens the first connection, or speaks first.',
    ),
  server: z
    .array(address)
    .min(1)
    .optional()
    .describe('Addresses of the capture that are the server; absent: whom the client speaks with.'),
  others: z
    .enum(['refuse', 'map'])
    .default('refuse')
    .describe('Further addresses are an error, or get addresses of their own that belong to the trial.'),
  clientPorts: z
    .enum(['keep', 'trial'])
    .default('keep')
    .describe("Ports on the client's side stay, or become the trial's own, one after another."),
  ports: z
    .record(z.string().regex(/^\d{1,5}$/, 'write a port number'), port)
    .default({})
    .describe('Ports that become others, on both sides: `{ 80: 8080 }`.'),
  map: z
    .array(z.enum(['dns', 'ftp']))
    .default([])
    .describe(
      'Payloads whose addresses are moved too: dns (A and AAAA records), ftp (addresses and ports of PORT, EPRT and the replies 227 and 229 on port 21; each line has to lie within one segment, outside of tunnels).',
    ),
  marker: z
    .string()
    .length(8)
    .optional()
    .describe("Eight characters that stand in payloads of the capture; the trial's marker takes their place."),
  checksums: z
    .enum(['keep', 'repair'])
    .default('keep')
    .describe(
      'Wrong checksums stay wrong, or are put right, for captures taken where the network card was still to do it.',
    ),
  timing: z.enum(['fast', 'original']).default('fast').describe('Without pauses, or with those of the capture.'),
  speed: z
    .number()
    .positive()
    .max(100_000)
    .optional()
    .describe('Pauses of the capture divided by this: 10 is ten times as fast.'),
  rate: z.number().positive().max(10_000_000).optional().describe('Frames a second at most.'),
})

/** Longest that the pauses of one trial may be together, milliseconds. */
const longest = 600_000

/** A capture of the user's own, pcap or pcapng, moved to the addresses of the trial. It is never in memory as a whole. */
export const replay = defineGenerator({
  name: 'replay',
  title: 'A capture (pcap or pcapng) replayed with the addresses of the trial',
  parameters,
  conversation: (given, identity, files) => {
    const range = { first: given.packets.first, last: given.packets.last ?? Number.POSITIVE_INFINITY }
    const scan = reading(given.capture, files, (file) => scanCapture(file, range))
    const { thirds, rewriting } = moveTo(identity, scan, given)
    const pace = { speed: given.speed ?? (given.timing === 'original' ? 1 : 0), rate: given.rate ?? 0 }
    const delayMs = pausesOf(scan.packets, scan.durationMs, pace)
    if (delayMs > longest) {
      const seconds = Math.round(delayMs / 1000)
      throw new GeneratorError(
        given.rate === undefined ? 'timing' : 'rate',
        `playing it would take ${seconds} s, the most is ${longest / 1000} s; take speed: ${Math.ceil((delayMs * (pace.speed || 1)) / longest)} or timing: fast`,
      )
    }
    // Texts of FTP change the length of packets, and name ports before they are seen.
    const bytes =
      rewriting.ftp === null ? scan.bytes : lengthOf(replayFrames(() => opened(given.capture, files), rewriting, range))
    const rewriter = new Rewriter(rewriting)
    for (const head of scan.heads) rewriter.rewrite(head)
    const open = () => opened(given.capture, files)
    const anew = () => moveTo(identity, scan, given).rewriting
    const inPlace = scan.isEthernet && rewriting.ftp === null
    return {
      frames: repeatable(() => replayFrames(open, anew(), range, pace)),
      stream: {
        frames: scan.packets,
        bytes,
        batches: repeatable(() => replayBatches(open, anew(), range, pace, inPlace)),
        delayMs,
        heads: scan.heads,
        addresses: thirds.flatMap(partyAddresses),
      },
    }
  },
})

/** Made anew each time that it is gone through. */
function repeatable<Item>(make: () => Iterator<Item>): Iterable<Item> {
  return { [Symbol.iterator]: make }
}

function lengthOf(frames: Iterable<Frame>): number {
  let bytes = 0
  for (const frame of frames) bytes += frame.bytes.length
  return bytes
}

function opened(capture: string, files: Files | undefined): OpenFile {
  if (files === undefined)
    throw new GeneratorError('capture', `${capture}: only a scenario of a file can name another one`)
  try {
    return files.open(capture)
  } catch (cause) {
    throw new GeneratorError('capture', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** @throws GeneratorError that names the capture */
function reading<Result>(capture: string, files: Files | undefined, read: (file: OpenFile) => Result): Result {
  using file = opened(capture, files)
  try {
    return read(file)
  } catch (cause) {
    if (cause instanceof PcapError) throw new GeneratorError('capture', `${capture}: ${cause.message}`, { cause })
    throw cause
  }
}
