/**
 * An object type written out, so that an editor and a declaration have its keys instead of the types that it was made of. The
 * empty type at its end has the compiler forget the name of this one, and that of an alias for it.
 */
export type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** A stored object, by its fields. */
export type Row = Record<string, unknown>;
