import type { Simplify } from "../core/types.ts";

/** `output` is what a schema gives, with defaults filled in; `input` is what it takes; `branch` knows no defaults. */
type Mode = "input" | "output" | "branch";

/** How deep types are inferred; what lies deeper is `unknown`. */
type MaxDepth = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
type Deeper<Depth extends readonly unknown[]> = Depth extends readonly [unknown, ...infer Rest] ? Rest : [];

type SimplifyObject<T> = T extends object ? Simplify<T> : T;
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

type Infer<S, M extends Mode, D extends readonly unknown[]> = D extends readonly []
  ? unknown
  : S extends { readonly static: infer Static }
    ? Static
    : S extends boolean
      ? S extends false
        ? never
        : unknown
      : S extends { readonly $ref: string }
        ? unknown
        : S extends { readonly const: infer Const }
          ? Mutable<Const>
          : S extends { readonly enum: readonly (infer Member)[] }
            ? Mutable<Member>
            : Joined<[ByType<S, M, D>, AllOf<S, M, D>, SomeOf<S, "anyOf", D>, SomeOf<S, "oneOf", D>]>;

/** The intersection of the parts, shown as one object where it is one. */
type Joined<Parts extends readonly unknown[]> =
  Simple<Parts> extends infer T ? (unknown extends T ? unknown : SimplifyObject<T>) : never;
type Simple<Parts extends readonly unknown[]> = Parts extends readonly [infer Head, ...infer Rest]
  ? unknown extends Head
    ? Simple<Rest>
    : Head & Simple<Rest>
  : unknown;

type AllOf<S, M extends Mode, D extends readonly unknown[]> = S extends { readonly allOf: infer All }
  ? All extends readonly [infer Head, ...infer Rest]
    ? Infer<Head, M, Deeper<D>> & AllOf<{ allOf: Rest }, M, D>
    : unknown
  : unknown;

/** Ajv fills no defaults inside `anyOf` and `oneOf`. */
type SomeOf<S, Word extends "anyOf" | "oneOf", D extends readonly unknown[]> = S extends {
  readonly [K in Word]: readonly (infer Branch)[];
}
  ? Branch extends unknown
    ? Infer<Branch, "branch", Deeper<D>>
    : never
  : unknown;

type Names<S> = S extends { readonly type: readonly (infer Name)[] }
  ? Name
  : S extends { readonly type: infer Name }
    ? Name
    : never;

type ByType<S, M extends Mode, D extends readonly unknown[]> = S extends { readonly type: unknown }
  ? OfName<Names<S>, S, M, D> | (S extends { readonly nullable: true } ? null : never)
  : unknown;

type OfName<Name, S, M extends Mode, D extends readonly unknown[]> = Name extends "string"
  ? string
  : Name extends "number" | "integer"
    ? number
    : Name extends "boolean"
      ? boolean
      : Name extends "null"
        ? null
        : Name extends "array"
          ? OfArray<S, M, D>
          : Name extends "object"
            ? OfObject<S, M, D>
            : unknown;

type OfArray<S, M extends Mode, D extends readonly unknown[]> = S extends {
  readonly prefixItems: infer Prefix extends readonly unknown[];
}
  ? [...Tuple<Prefix, MinItems<S>, M, D>, ...RestOf<S, M, D>]
  : S extends { readonly items: infer Item }
    ? Infer<Item, M, Deeper<D>>[]
    : unknown[];

type MinItems<S> = S extends { readonly minItems: infer Min extends number } ? Min : 0;

type RestOf<S, M extends Mode, D extends readonly unknown[]> = S extends { readonly items: infer Item }
  ? Item extends false
    ? []
    : Infer<Item, M, Deeper<D>>[]
  : unknown[];

/** `prefixItems` demands no item; `minItems` does. */
type Tuple<
  Prefix extends readonly unknown[],
  Min extends number,
  M extends Mode,
  D extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = Prefix extends readonly [infer Head, ...infer Rest]
  ? Done["length"] extends Min
    ? Partial<Mapped<Prefix, M, D>>
    : [Infer<Head, M, Deeper<D>>, ...Tuple<Rest, Min, M, D, [...Done, 0]>]
  : [];
type Mapped<Prefix extends readonly unknown[], M extends Mode, D extends readonly unknown[]> = {
  -readonly [I in keyof Prefix]: Infer<Prefix[I], M, Deeper<D>>;
};

type Properties<S> = S extends { readonly properties: infer P } ? P : Record<never, never>;
type RequiredOf<S> = S extends { readonly required: readonly (infer Key extends string)[] } ? Key : never;
/** Keys that the value surely has: the required ones, and after the check those with a default. */
type SureKeys<S, M extends Mode, P = Properties<S>> =
  | (RequiredOf<S> & keyof P)
  | (M extends "output"
      ? { [K in keyof P]: P[K] extends { readonly default: unknown } ? K : never }[keyof P]
      : never);

type OfObject<S, M extends Mode, D extends readonly unknown[]> = SimplifyObject<
  {
    -readonly [K in keyof Properties<S> as K extends SureKeys<S, M> ? K : never]: Infer<
      Properties<S>[K],
      M,
      Deeper<D>
    >;
  } & {
    -readonly [K in keyof Properties<S> as K extends SureKeys<S, M> ? never : K]?: Infer<
      Properties<S>[K],
      M,
      Deeper<D>
    >;
  } & { [K in Exclude<RequiredOf<S>, keyof Properties<S>>]: unknown } & OtherKeys<S, M, D>
>;

type OtherKeys<S, M extends Mode, D extends readonly unknown[]> = S extends {
  readonly additionalProperties: infer Other;
}
  ? Other extends false
    ? unknown
    : S extends { readonly properties: unknown } | { readonly patternProperties: unknown }
      ? { [key: string]: unknown }
      : { [key: string]: Infer<Other, M, Deeper<D>> }
  : S extends { readonly patternProperties: unknown }
    ? { [key: string]: unknown }
    : S extends { readonly properties: unknown } | { readonly required: unknown }
      ? unknown
      : { [key: string]: unknown };

/**
 * The type of the values that a JSON Schema lets through, with defaults filled in. TypeBox's own `static` type is used
 * where there is one. `$ref`, and what lies more than 12 levels deep, is `unknown`; `not`, `if` and `dependent*` narrow
 * nothing.
 *
 * @example
 * type User = FromSchema<{ type: "object"; properties: { id: { type: "string" } }; required: ["id"] }>; // { id: string }
 */
export type FromSchema<S> = Infer<S, "output", MaxDepth>;

/** The type of the values that a JSON Schema takes: what has a default may be absent. */
export type SchemaInput<S> = Infer<S, "input", MaxDepth>;
