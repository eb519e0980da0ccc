/**
 * Keeps what was used last, by text. Two halves take turns: what is used is in the young one, and when that is full the old
 * one is dropped. So a hit costs one look-up, and what users make up can't push out what every request needs.
 */
export class RecentlyUsed<V> {
  readonly #half: number;
  readonly #longest: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /**
   * @param most how many are kept
   * @param longest how long a text may be that is kept
   */
  constructor(most: number, longest: number = Number.POSITIVE_INFINITY) {
    this.#half = Math.ceil(most / 2);
    this.#longest = longest;
  }

  /** Gives what is kept, or makes it. */
  get(text: string, make: (text: string) => V): V {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const value = this.#old.get(text) ?? make(text);
    if (text.length > this.#longest) return value;
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, value);
    return value;
  }

  /** Forgets all. */
  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
