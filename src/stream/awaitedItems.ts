type Step<Item> = IteratorResult<Item>;

/**
 * Items that are awaited, each for some time alone, and that can be ended while one is. A generator that awaits them itself hears
 * that it is to end only when the next one is there.
 */
export class AwaitedItems<Item> {
  readonly #source: AsyncIterator<Item>;
  readonly #seconds: number;
  #next: Promise<Step<Item>> | undefined;
  #wake: (() => void) | undefined;
  #isOver = false;

  /** @param seconds how long an item is awaited at a time; 0 for as long as it takes */
  constructor(items: AsyncIterable<Item>, seconds: number) {
    this.#source = items[Symbol.asyncIterator]();
    this.#seconds = seconds;
  }

  /** Whether no item is to come any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Gives the next item; `undefined` when it is not there in time, or nobody wants it any more. */
  async next(): Promise<Step<Item> | undefined> {
    this.#next ??= this.#source.next();
    const step = await this.#within(this.#next);
    if (step !== undefined) this.#next = undefined;
    if (step?.done === true) this.#isOver = true;
    return step;
  }

  #within(next: Promise<Step<Item>>): Promise<Step<Item> | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Step<Item> | undefined>();
    const wake = (): void => resolve(undefined);
    const timer = this.#seconds === 0 ? undefined : setTimeout(wake, this.#seconds * 1000);
    this.#wake = wake;
    next.then(resolve, reject);
    return promise.finally(() => clearTimeout(timer));
  }

  /** Ends the source, once and without waiting for that, and what is awaited here. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Nobody is left to hear how it ended: it may never, where it is a generator that waits itself.
    (async () => this.#source.return?.())().catch(() => undefined);
    this.#wake?.();
  }
}
