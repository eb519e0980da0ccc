/**
 * Where an API keeps what only test kits use: `(change) => api` makes the same API with other handlers. It is no part of
 * what is promised to users.
 */
export const remakeApi: unique symbol = Symbol.for("tsverless.remakeApi");

/** A handler as an API holds it. */
type Handler = (event?: unknown, context?: object) => Promise<unknown>;

/** Something that can be made anew with other handlers. */
export interface Remakeable<Made> {
  readonly [remakeApi]: (change: (handler: Handler) => Handler) => Made;
}
