/**
 * Where an API keeps what only test kits use: `(change) => api` builds the same API with other handlers. It is no part of
 * what is promised to users.
 */
export const rebuildApi: unique symbol = Symbol.for("tsverless.rebuildApi");

/** A handler as an API holds it. */
type Handler = (event?: unknown, context?: object) => Promise<unknown>;

/** Something that can be rebuilt with other handlers. */
export interface Rebuildable<Made> {
  readonly [rebuildApi]: (change: (handler: Handler) => Handler) => Made;
}
