import type { Contract, JsonFor, JsonOf, ParamsOf } from "../../src/core/endpoint.ts";
import type { Simplify } from "../../src/core/types.ts";
import type { FilterOperator } from "../../src/models/query/filters.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";
import type { Serialized, ShownFields } from "../../src/serializers/types.ts";
import type { BulkResult } from "./bulk.ts";

/**
 * Options together with their own type as they were given, from which the types of a client follow. A name that is no
 * option does not compile.
 */
export type StrictOptions<Options, G> = Options & G & { [K in Exclude<keyof G, keyof Options>]: never };

type Option<G, Name extends string> = G extends { readonly [K in Name]: infer Value } ? Value : undefined;
type NamesIn<Value> = Value extends readonly (infer Name extends string)[] ? Name : never;

/** The keys that a list of names, or an object by names, is about. */
type KeysOf<Value> = Value extends readonly unknown[]
  ? NamesIn<Value>
  : Value extends object
    ? keyof Value & string
    : never;

type Listed<T, R, O> = Simplify<Pick<T, R & keyof T> & Partial<Pick<T, O & keyof T>>>;

/** What a client sends to store an object: what the schema takes, and of it the listed keys where there are lists. */
type BodyFor<T, G, R = NamesIn<Option<G, "required">>, O = NamesIn<Option<G, "optional">>> =
  Option<G, "body"> extends StandardSchemaV1<infer Input, unknown>
    ? [R | O] extends [never]
      ? Input
      : Simplify<Pick<Input, O & keyof Input> & Required<Pick<Input, R & keyof Input>>>
    : Listed<T, R, O>;

type Made<T, G> = JsonOf<Serialized<T, Option<G, "serializer">>>;

/** The id, as a handler without a serializer gives it. */
type IdOf<T> = T extends { id: infer Id } ? JsonOf<Id> : string | number;

/** What is sent to `createHandler` and what comes back. */
export type CreateEndpoint<T, G> = Contract<{
  body: JsonFor<BodyFor<T, G>>;
  output: Option<G, "serializer"> extends undefined ? IdOf<T> : Made<T, G>;
}>;

/** The path parameter by which an object is found. */
type ObjectParams<G> = ParamsOf<G extends { readonly param: infer Param extends string } ? Param : "id">;

export type RetrieveEndpoint<T, G> = Contract<{
  params: ObjectParams<G>;
  output: Made<T, G>;
}>;

/** A JSON Merge Patch of a body: any of its keys, and those that every method demands. */
type Changes<Body, Demanded> = Simplify<
  { [K in Exclude<keyof Body, Demanded>]?: Body[K] | null } & { [K in keyof Body & Demanded]: Body[K] }
>;

/** @typeParam Demanded the keys that a PATCH must have as well: those that the update itself requires */
export type UpdateEndpoint<T, G, Demanded = NamesIn<Option<G, "required">>> = Contract<{
  params: ObjectParams<G>;
  body: JsonFor<BodyFor<T, G>>;
  /** A JSON Merge Patch: null takes a value away. */
  changes: Changes<JsonFor<BodyFor<T, G>>, Demanded>;
  output: Made<T, G>;
}>;

export type DeleteEndpoint<G> = Contract<{
  params: ObjectParams<G>;
  output: undefined;
}>;

type Text<V> = V extends Date
  ? Date | string
  : V extends bigint
    ? bigint | number | string
    : V extends string | number | boolean
      ? V
      : string;
type OneOrMore<V> = V | readonly V[];
/** Compares a value with the one that was asked for, and nothing else of it. */
type Equality = "eq" | "ne" | "in" | "isNull";

/** The operators that the `filters` option allows for a field. */
type OperatorsOf<T, G, F extends string> =
  Option<Option<G, "filters">, F> extends readonly (infer Op extends FilterOperator)[]
    ? Op
    : Option<Option<G, "filters">, F> extends {
          readonly operators: readonly (infer Op extends FilterOperator)[];
        }
      ? Op
      : F extends ShownFields<T, Option<G, "serializer">>
        ? FilterOperator
        : Equality;

/** Fields by the operator that they may be filtered by: `age[gte]`. */
type Filtered<T, G, F extends string> = F extends string ? `${F}[${OperatorsOf<T, G, F>}]` : never;

/** What stands behind an operator. */
type Operand<T, Key extends string> = Key extends `${string}[in]`
  ? OneOrMore<FieldText<T, Key>>
  : Key extends `${string}[isNull]`
    ? boolean
    : Key extends `${string}[${"contains" | "startsWith"}]`
      ? string
      : FieldText<T, Key>;

/** What stands behind a field's bare name: a value, or several where that is allowed. */
type Bare<T, G, F extends string> =
  "in" extends OperatorsOf<T, G, F> ? OneOrMore<FieldText<T, `${F}[]`>> : FieldText<T, `${F}[]`>;

/** Fields of which one value may be asked for by the bare name. */
type Equal<T, G, F extends string> = F extends string
  ? [OperatorsOf<T, G, F> & ("eq" | "in")] extends [never]
    ? never
    : F
  : never;

type Filters<T, G, F extends string> = {
  [K in Equal<T, G, F>]?: Bare<T, G, K>;
} & { [K in Filtered<T, G, F>]?: Operand<T, K> };
type FieldText<T, Key extends string> = Key extends `${infer F}[${string}]`
  ? Text<NonNullable<F extends keyof T ? T[F] : unknown>>
  : never;

type Ordering<F extends string> = F | `-${F}`;

interface Paging {
  limit?: number;
  offset?: number;
  cursor?: string;
}

type ListQuery<T, G> = Simplify<
  Paging &
    Filters<T, G, KeysOf<Option<G, "filters">>> & {
      [K in NamesIn<Option<G, "ordering">> extends never ? never : "order"]?: OneOrMore<
        Ordering<NamesIn<Option<G, "ordering">>>
      >;
    } & { [K in NamesIn<Option<G, "search">> extends never ? never : "q"]?: string } & {
      [K in Option<G, "count"> extends true ? "count" : never]?: boolean;
    } & { [K in NamesIn<Option<G, "allow">>]?: OneOrMore<string | number | boolean> }
>;

export type ListEndpoint<T, G> = Contract<{
  query?: ListQuery<T, G>;
  output: Option<G, "envelope"> extends true
    ? { items: Made<T, G>[]; next: string | null; total?: number }
    : Made<T, G>[];
}>;

export type BulkCreateEndpoint<T, G> = Contract<{
  body: readonly JsonFor<BodyFor<T, G>>[];
  output: JsonOf<BulkResult>[];
}>;

export type BulkDeleteEndpoint = Contract<{
  body?: { ids: readonly (string | number)[] };
  query?: { id?: string | readonly string[] };
  output: JsonOf<BulkResult>[];
}>;
