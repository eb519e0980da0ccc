import type { Contract, JsonFor, JsonOf, ParamsOf } from "../../src/core/endpoint.ts";
import type { Simplify } from "../../src/core/types.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";
import type { Serialized } from "../../src/serializers/types.ts";
import type { BulkResult } from "./bulkItems.ts";
import type { Alternatives, Filters, KeysOf, NamesIn, OneOrMore, Option } from "./filterQuery.ts";
import type { ParentParams } from "./parentTypes.ts";

/**
 * Options together with their own type as they were given, from which the types of a client follow. A name that is no
 * option does not compile.
 */
export type StrictOptions<Options, Given> = Options &
  Given & { [K in Exclude<keyof Given, keyof Options>]: never };

type Listed<T, Needed, Allowed> = Simplify<Pick<T, Needed & keyof T> & Partial<Pick<T, Allowed & keyof T>>>;

/** What a client sends to store an object: what the schema takes, and of it the listed keys where there are lists. */
type BodyFor<
  T,
  Given,
  Needed = NamesIn<Option<Given, "required">>,
  Allowed = NamesIn<Option<Given, "optional">>,
> =
  Option<Given, "body"> extends StandardSchemaV1<infer Input, unknown>
    ? [Needed | Allowed] extends [never]
      ? Input
      : Simplify<Pick<Input, Allowed & keyof Input> & Required<Pick<Input, Needed & keyof Input>>>
    : Listed<T, Needed, Allowed>;

/** The relations that a client may ask for. */
type Includable<Given> = NamesIn<Option<Given, "include">>;

/** What is below a name. */
type Below<Path, Name extends string> = Path extends `${Name}.${infer Rest}` ? Rest : never;

/** What goes out, without those of these paths where nobody asks for them. */
type OnDemand<Output, Path extends string> = [Path] extends [never]
  ? Output
  : Output extends readonly (infer Item)[]
    ? OnDemand<Item, Path>[]
    : Output extends object
      ? Simplify<
          {
            [K in Exclude<keyof Output, Path>]: OnDemand<Output[K], Below<Path, K & string>>;
          } & { [K in keyof Output & Path]?: OnDemand<Output[K], Below<Path, K & string>> }
        >
      : Output;

type Made<T, Given> = OnDemand<JsonOf<Serialized<T, Option<Given, "serializer">>>, Includable<Given>>;

/** The query parameter that asks for relations. */
type Including<Given> = {
  [K in [Includable<Given>] extends [never] ? never : "include"]?: readonly Includable<Given>[];
};

/** The same as a whole query; none where there is nothing to ask for. */
type IncludeQuery<Given> = [Includable<Given>] extends [never] ? undefined : Including<Given> | undefined;

/** The id, as a handler without a serializer gives it. */
type IdOf<T> = T extends { id: infer Id } ? JsonOf<Id> : string | number;

/** What is sent to `createHandler` and what comes back. */
export type CreateEndpoint<T, Given> = Contract<{
  params: ParamsOf<ParentParams<Given>>;
  body: JsonFor<BodyFor<T, Given>>;
  query: IncludeQuery<Given>;
  output: Option<Given, "serializer"> extends undefined ? IdOf<T> : Made<T, Given>;
}>;

/** The path parameters by which an object and its parents are found. */
type ObjectParams<Given> = ParamsOf<
  (Given extends { readonly param: infer Param extends string } ? Param : "id") | ParentParams<Given>
>;

/** What a client may choose of what goes out. */
type Chosen<T, Given> = { fields?: readonly (keyof Made<T, Given> & string)[] };

export type RetrieveEndpoint<T, Given> = Contract<{
  params: ObjectParams<Given>;
  query: Option<Given, "fields"> extends true
    ? Simplify<Chosen<T, Given> & Including<Given>> | undefined
    : IncludeQuery<Given>;
  output: Made<T, Given>;
}>;

/** A JSON Merge Patch of a body: any of its keys, and those that every method demands. */
type Changes<Body, Demanded> = Simplify<
  { [K in Exclude<keyof Body, Demanded>]?: Body[K] | null } & { [K in keyof Body & Demanded]: Body[K] }
>;

/** @typeParam Demanded the keys that a PATCH must have as well: those that the update itself requires */
export type UpdateEndpoint<T, Given, Demanded = NamesIn<Option<Given, "required">>> = Contract<{
  params: ObjectParams<Given>;
  body: JsonFor<BodyFor<T, Given>>;
  query: IncludeQuery<Given>;
  /** A JSON Merge Patch: null takes a value away. */
  changes: Changes<JsonFor<BodyFor<T, Given>>, Demanded>;
  output: Made<T, Given>;
}>;

export type DeleteEndpoint<Given> = Contract<{
  params: ObjectParams<Given>;
  output: undefined;
}>;

type Ordering<Field extends string> = Field | `-${Field}`;

interface Paging {
  limit?: number;
  offset?: number;
  cursor?: string;
}

type ListQuery<T, Given> = Simplify<
  Paging &
    Filters<T, Given, KeysOf<Option<Given, "filters">>> & {
      [K in NamesIn<Option<Given, "ordering">> extends never ? never : "order"]?: OneOrMore<
        Ordering<NamesIn<Option<Given, "ordering">>>
      >;
    } & {
      [K in Option<Given, "or"> extends true ? "or" : never]?: Alternatives<
        T,
        Given,
        KeysOf<Option<Given, "filters">>
      >;
    } & { [K in NamesIn<Option<Given, "search">> extends never ? never : "q"]?: string } & {
      [K in Option<Given, "count"> extends true ? "count" : never]?: boolean;
    } & {
      [K in Option<Given, "fields"> extends true ? "fields" : never]?: readonly (keyof Made<T, Given> &
        string)[];
    } & Including<Given> & {
      [K in Option<Given, "deleted"> extends true ? "deleted" : never]?: "with" | "only";
    } & {
      [K in Option<Given, "formatParam"> extends true ? "format" : never]?: NamesIn<Option<Given, "formats">>;
    } & { [K in NamesIn<Option<Given, "allow">>]?: OneOrMore<string | number | boolean> }
>;

/** One object of a list that is there as NDJSON. */
type RowsOf<T, Given> =
  "ndjson" extends NamesIn<Option<Given, "formats">> ? { rows: Made<T, Given> } : unknown;

/** The text of a list that is there as CSV. */
type CsvOf<Given> = "csv" extends NamesIn<Option<Given, "formats">> ? { csv: string } : unknown;

export type ListEndpoint<T, Given> = Contract<
  {
    params: ParamsOf<ParentParams<Given>>;
    query?: ListQuery<T, Given>;
    output: Option<Given, "envelope"> extends true
      ? { items: Made<T, Given>[]; next: string | null; total?: number }
      : Made<T, Given>[];
  } & RowsOf<T, Given> &
    CsvOf<Given>
>;

export type BulkCreateEndpoint<T, Given> = Contract<{
  params: ParamsOf<ParentParams<Given>>;
  body: readonly JsonFor<BodyFor<T, Given>>[];
  output: JsonOf<BulkResult>[];
}>;

/** Says which object changes are of, and of which version where it has one of that name. */
type Identified<T> = T extends { id: infer Id } ? { id: JsonFor<Id> } : { [K in keyof T]?: JsonFor<T[K]> };
type Versioned<T> = T extends { version?: infer Version } ? { version?: JsonFor<Version> } : unknown;
type ChangesOfMany<Body, Demanded> = Partial<Body> & Pick<Body, Demanded & keyof Body>;

/** @typeParam Demanded the keys that each item must have: those that the update itself requires */
export type BulkUpdateEndpoint<T, Given, Demanded = NamesIn<Option<Given, "required">>> = Contract<{
  params: ParamsOf<ParentParams<Given>>;
  body: readonly Simplify<
    Identified<T> & Versioned<T> & ChangesOfMany<JsonFor<BodyFor<T, Given>>, Demanded>
  >[];
  output: JsonOf<BulkResult>[];
}>;

export type BulkDeleteEndpoint<Given> = Contract<{
  params: ParamsOf<ParentParams<Given>>;
  body?: { ids: readonly (string | number)[] };
  query?: { id?: string | readonly string[] };
  output: JsonOf<BulkResult>[];
}>;
