/** A piece of a TCP stream that became another text. Numbers are those of the capture; `end` is the first one behind it. */
export interface Edit {
  start: number
  end: number
  text: string
}

/** Edits of one direction that are known one by one; older ones count all together. */
const most = 64

/** How far `one` lies behind `other`, negative when it lies before. RFC 9293 §3.4: numbers wrap at 32 bits. */
export function distance(one: number, other: number): number {
  return (one - other) | 0
}

/** What becomes of the sequence numbers of one direction of a TCP connection when texts in it become longer or shorter. */
export class SequenceShift {
  /** In the order of the stream. */
  readonly #edits: Edit[] = []
  #before = 0

  /** The edits that touch the bytes from one number up to another. */
  within(start: number, end: number): Edit[] {
    return this.#edits.filter((edit) => distance(edit.end, start) > 0 && distance(edit.start, end) < 0)
  }

  /** Edits are added as they stand in the stream. */
  add(edit: Edit): void {
    this.#edits.push(edit)
    if (this.#edits.length > most) this.#before += growth(this.#edits.shift() as Edit)
  }

  /** The number that one of the capture becomes. One inside of a text that has become shorter is at most that text's end. */
  of(number: number): number {
    let shift = this.#before
    for (const edit of this.#edits) {
      const inside = distance(number, edit.start)
      if (inside <= 0) break
      if (distance(number, edit.end) >= 0) shift += growth(edit)
      else shift += Math.min(inside, edit.text.length) - inside
    }
    return (number + shift) >>> 0
  }
}

function growth({ start, end, text }: Edit): number {
  return text.length - distance(end, start)
}
