/** An object type written out, so that an editor shows its keys instead of the types that it was made of. */
export type Simplify<T> = { [K in keyof T]: T[K] };

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** A stored object, by its fields. */
export type Row = Record<string, unknown>;
