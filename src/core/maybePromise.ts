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
  return mapAllMaybePromise(count, make, results => results);
}

/**
 * Goes on with the results that {@link allMaybePromise} gives: at once when none is a promise, else later.
 *
 * @param count how many results to make
 * @param make makes the result at an index
 * @param next takes all results, in order
 */
export function mapAllMaybePromise<T, R>(
  count: number,
  make: (index: number) => T | PromiseLike<T>,
  next: (results: T[]) => R,
): R | Promise<R> {
  const results: (T | PromiseLike<T>)[] = [];
  const promised: number[] = [];
  for (let index = 0; index < count; index++) {
    const result = promised.length > 0 ? attempt(make, index) : make(index);
    if (isThenable(result)) promised.push(index);
    results.push(result);
  }
  if (promised.length === 0) return next(results as T[]);

  // Of the fields of an object few are promised: the others are not waited for.
  const [first = 0] = promised;
  if (promised.length === 1) {
    return Promise.resolve(results[first] as PromiseLike<T>).then(value => {
      results[first] = value;
      return next(results as T[]);
    });
  }
  return Promise.all(promised.map(index => results[index])).then(values => {
    for (let at = 0; at < values.length; at++) results[promised[at] as number] = values[at] as T;
    return next(results as T[]);
  });
}

function attempt<T>(make: (index: number) => T | PromiseLike<T>, index: number): T | PromiseLike<T> {
  try {
    return make(index);
  } catch (error) {
    return Promise.reject(error);
  }
}
