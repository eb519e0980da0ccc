/** Who calls, for what notes it: nothing is here, and nothing is spent on it, until a model asks. */
export interface Callers {
  /** Notes by which id the caller of a request is known. */
  note?(context: object, id: string): void;
  /** Runs what a request does as its caller. */
  run?<R>(context: object, fn: () => R): R;
}

/** Where models that note who writes put what they need of requests. */
export const callers: Callers = {};

/** Runs what a request does as its caller, where a model asks for that. */
export function asCaller<R>(context: object, fn: () => R): R {
  return callers.run === undefined ? fn() : callers.run(context, fn);
}
