/** True for a promise of any realm or library. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

/** Goes on with a value: at once when it is there, later when it is promised. */
export function mapMaybePromise<V, R>(
  value: V | PromiseLike<V>,
  next: (value: V) => R,
): R | Promise<Awaited<R>> {
  return isThenable(value)
    ? (Promise.resolve(value as PromiseLike<V>).then(next) as Promise<Awaited<R>>)
    : next(value);
}

/**
 * Runs `make` for 0 to `count - 1` and gives the results in order: at once when none is a promise, else a promise of
 * all. A throw that comes while an earlier promise is still open becomes a rejection, so that the earlier one never goes
 * unhandled.
 *
 * @param count how many results to make
 * @param make makes the result at an index
 */
export function allMaybePromise<T>(
  count: number,
  make: (index: number) => T | PromiseLike<T>,
): T[] | Promise<T[]> {
  const results: (T | PromiseLike<T>)[] = [];
  let waiting = false;
  for (let index = 0; index < count; index++) {
    if (waiting) {
      results.push(attempt(make, index));
      continue;
    }
    const result = make(index);
    waiting = isThenable(result);
    results.push(result);
  }
  return waiting ? Promise.all(results) : (results as T[]);
}

function attempt<T>(make: (index: number) => T | PromiseLike<T>, index: number): T | PromiseLike<T> {
  try {
    return make(index);
  } catch (error) {
    return Promise.reject(error);
  }
}
