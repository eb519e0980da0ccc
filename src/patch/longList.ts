/** How many items a piece has to begin with; it is parted at twice as many. */
const size = 512;

/**
 * The items of a long list while it is changed: in pieces, so that putting one in or taking one out moves a piece at most,
 * wherever it is. A plain list would move all that comes behind, each time.
 */
export class LongList {
  #pieces: unknown[][] = [];
  length: number;

  constructor(items: readonly unknown[]) {
    this.length = items.length;
    for (let at = 0; at < items.length; at += size) this.#pieces.push(items.slice(at, at + size));
  }

  at(index: number): unknown {
    const [piece, offset] = this.#find(index);
    return this.#pieces[piece]?.[offset];
  }

  set(index: number, value: unknown): void {
    const [piece, offset] = this.#find(index);
    (this.#pieces[piece] as unknown[])[offset] = value;
  }

  insert(index: number, value: unknown): void {
    const [at, offset] = this.#find(index);
    const piece = this.#pieces[at];
    this.length++;
    if (piece === undefined) this.#pieces.push([value]);
    else {
      piece.splice(offset, 0, value);
      if (piece.length >= 2 * size) this.#pieces.splice(at + 1, 0, piece.splice(size));
    }
  }

  remove(index: number): unknown {
    const [at, offset] = this.#find(index);
    const piece = this.#pieces[at] as unknown[];
    const [item] = piece.splice(offset, 1);
    if (piece.length === 0) this.#pieces.splice(at, 1);
    this.length--;
    return item;
  }

  /** Makes a plain list hold what this one holds. */
  writeTo(list: unknown[]): void {
    list.length = 0;
    for (const piece of this.#pieces) for (const item of piece) list.push(item);
  }

  /** The piece of an index, and its place there; behind all items that is the end of the last piece. */
  #find(index: number): [piece: number, offset: number] {
    let left = index;
    for (const [at, { length }] of this.#pieces.entries()) {
      if (left < length) return [at, left];
      left -= length;
    }
    const last = this.#pieces.length - 1;
    return [Math.max(last, 0), this.#pieces[last]?.length ?? 0];
  }
}
