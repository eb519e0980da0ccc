/** The names that a query may ask for, where a client may choose what goes out. */
export type FieldOf<Query> = "fields" extends keyof Query
  ? NonNullable<Query["fields"]> extends readonly (infer Name extends string)[]
    ? Name
    : never
  : never;

type Some<Item, Name> = Pick<Item, Name & keyof Item>;

/** What comes back of these fields: of an object, of a list, or of one in an envelope. */
export type Narrowed<Output, Name> = Output extends readonly (infer Item)[]
  ? Some<Item, Name>[]
  : Output extends { items: readonly (infer Item)[] }
    ? { [K in keyof Output]: K extends "items" ? Some<Item, Name>[] : Output[K] }
    : Some<Output, Name>;

/** A query that asks for all fields. */
export type WholeQuery<Query> = Omit<Query, "fields"> & { readonly fields?: undefined };

/** A query that asks for these fields. */
export type SparseQuery<Query, Name> = Omit<Query, "fields"> & { readonly fields: readonly Name[] };
