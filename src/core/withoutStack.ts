/**
 * Makes an error, or does work that throws one, without the places that led there: of a fault of the client's they would
 * name this package alone, and they take twenty times as long as the error itself.
 *
 * @param work what makes or throws the error; it runs at once and gives no promise
 * @returns what it gave
 * @example
 * throw withoutStack(() => new BadRequest("Malformed body"));
 */
export function withoutStack<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
  } catch {
    // It is read-only where built-ins are frozen: `node --frozen-intrinsics`.
    return work();
  }
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * `JSON.parse` of text that comes from outside, as {@link withoutStack} does work: it is on the way of every request, and this
 * makes no function for each.
 */
export function parseJson(text: string): unknown {
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
  } catch {
    return JSON.parse(text);
  }
  try {
    return JSON.parse(text);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
