import { type Dissection, kinds } from './dissection.ts'

/** Flows of which a head is kept at most. */
const most = 10_000
/** Enough for the headers of a tunnelled packet. */
const headLength = 192

/** Keeps the beginning of the first frame of every flow, so that the flows of a large capture are known without its frames. */
export class FlowHeads {
  readonly all: Uint8Array[] = []
  readonly #known = new Map<number, Set<number>>()

  /** @param source,destination numbers below 65,536 that stand for the addresses of the IP header at `index`; -1 for nobody's */
  see(frame: Uint8Array, dissection: Dissection, index: number, source: number, destination: number): void {
    if (this.all.length === most) return
    const next = index + 1
    const kind = next < dissection.count ? (dissection.kind[next] as number) : kinds.ipv4
    const hasPorts = kind === kinds.tcp || kind === kinds.udp
    const at = dissection.at[next] as number
    const one = (source + 1) * 0x1_0000 + (hasPorts ? ((frame[at] as number) << 8) | (frame[at + 1] as number) : 0)
    const other =
      (destination + 1) * 0x1_0000 + (hasPorts ? ((frame[at + 2] as number) << 8) | (frame[at + 3] as number) : 0)
    const [low, high] = [Math.min(one, other), Math.max(one, other) * 16 + kind]
    const flows = this.#known.get(low)
    if (flows?.has(high)) return
    if (flows === undefined) this.#known.set(low, new Set([high]))
    else flows.add(high)
    this.all.push(frame.slice(0, headLength))
  }
}
