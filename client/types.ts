import type { EndpointTypes, EndpointTypesOf, EntriesOf, PathVariables } from "../src/core/endpoint.ts";
import type { Simplify } from "../src/core/types.ts";
import type { Result } from "./result.ts";
import type { FieldOf, Narrowed, SparseQuery, WholeQuery } from "./sparse.ts";

/** What a single call may be given besides its input. */
export interface CallOptions {
  /** Over those of the client. */
  headers?: Readonly<Record<string, string>>;
  /** Ends the request. */
  signal?: AbortSignal;
}

type Params<Path extends string> = { readonly [Name in PathVariables<Path>]: string | number };

/** The options of a call under a path with variables hold those. */
type OptionsFor<Path extends string> = [PathVariables<Path>] extends [never]
  ? [options?: CallOptions]
  : [options: CallOptions & { readonly params: Params<Path> }];

type Member<Name extends string, Value> = [Value] extends [undefined]
  ? unknown
  : undefined extends Value
    ? { readonly [K in Name]?: Value }
    : { readonly [K in Name]: Value };

/** What a PATCH with plain JSON sends: the keys of a JSON Merge Patch, none of which it can take away. */
type PartialOf<Call extends EndpointTypes> = Call extends { changes: infer Changes }
  ? { [K in keyof Changes]: K extends keyof Call["body"] ? Call["body"][K] : never }
  : Call["body"];

/** A body of which no key is known may be left out: an absent one counts as empty. */
type BodyMember<Body> = unknown extends Body
  ? { readonly body?: Body }
  : string extends keyof Body
    ? { readonly body?: Body }
    : Member<"body", Body>;

type Input<Method extends string, Path extends string, Call extends EndpointTypes> = Simplify<
  BodyMember<Method extends "PATCH" ? PartialOf<Call> : Call["body"]> &
    Member<"query", Call["query"]> &
    ([PathVariables<Path>] extends [never] ? unknown : { readonly params: Params<Path> }) &
    (Method extends "ANY" ? { readonly method: string } : unknown) &
    CallOptions
>;

/** A call of a single handler; its input may be left out where nothing of it is needed. */
type SingleCall<Input, Output> =
  Partial<Input> extends Input
    ? (input?: Input) => Promise<Result<Output>>
    : (input: Input) => Promise<Result<Output>>;

type Id = string | number | bigint;

/** The item of a list, bare or in an envelope. */
type ItemOf<Output> = Output extends readonly (infer Item)[]
  ? Item
  : Output extends { items: readonly (infer Item)[] }
    ? Item
    : unknown;

/** A list takes its query first, which may be left out where nothing must follow it. */
type ListInput<Path extends string, Query> =
  PathVariables<Path> extends never
    ? [query?: Query, options?: CallOptions]
    : [query: Query, ...rest: OptionsFor<Path>];

type ListCall<Path extends string, Query, Output> = [FieldOf<NonNullable<Query>>] extends [never]
  ? (...given: ListInput<Path, Query>) => Promise<Result<Output>>
  : SparseList<Path, NonNullable<Query>, Output>;

interface SparseList<Path extends string, Query, Output> {
  (...given: ListInput<Path, WholeQuery<Query>>): Promise<Result<Output>>;
  <const Name extends FieldOf<Query>>(
    query: SparseQuery<Query, Name>,
    ...rest: OptionsFor<Path>
  ): Promise<Result<Narrowed<Output, Name>>>;
}

/** The options of a call that may ask for relations. */
type AskingFor<Path extends string, Query> = "include" extends keyof Query
  ? [PathVariables<Path>] extends [never]
    ? [options?: CallOptions & { readonly query?: Query }]
    : [options: OptionsFor<Path>[0] & { readonly query?: Query }]
  : OptionsFor<Path>;

/** The options of a call whose response may show relations that are asked for. */
type Including<Path extends string, Call> = Call extends { query: infer Query }
  ? [NonNullable<Query>] extends [never]
    ? OptionsFor<Path>
    : AskingFor<Path, NonNullable<Query>>
  : OptionsFor<Path>;

type RetrieveCall<Path extends string, Query, Output> = [FieldOf<Query>] extends [never]
  ? (
      id: Id,
      ...rest: [Query] extends [never] ? OptionsFor<Path> : AskingFor<Path, Query>
    ) => Promise<Result<Output>>
  : SparseRetrieve<Path, Query, Output>;

interface SparseRetrieve<Path extends string, Query, Output> {
  (id: Id, ...rest: AskingFor<Path, WholeQuery<Query>>): Promise<Result<Output>>;
  <const Name extends FieldOf<Query>>(
    id: Id,
    options: NonNullable<OptionsFor<Path>[0]> & { readonly query: SparseQuery<Query, Name> },
  ): Promise<Result<Narrowed<Output, Name>>>;
}

interface Verbs<Path extends string, Call extends EndpointTypes> {
  create: (body: Call["body"], ...rest: Including<Path, Call>) => Promise<Result<Call["output"]>>;
  retrieve: RetrieveCall<Path, NonNullable<Call["query"]>, Call["output"]>;
  /** Creates many objects: POST to `/bulk`. */
  bulkCreate: (items: Call["body"], ...rest: OptionsFor<Path>) => Promise<Result<Call["output"]>>;
  /** Changes many objects, each by its id: PATCH of `/bulk` with plain JSON. */
  bulkUpdate: (items: Call["body"], ...rest: OptionsFor<Path>) => Promise<Result<Call["output"]>>;
  /** Deletes many objects: DELETE of `/bulk`. */
  bulkDelete: (ids: readonly Id[], ...rest: OptionsFor<Path>) => Promise<Result<Call["output"]>>;
  delete: (id: Id, ...rest: OptionsFor<Path>) => Promise<Result<Call["output"]>>;
  /** Takes back that an object was deleted: POST to its `/restore`. */
  restore: (id: Id, ...rest: OptionsFor<Path>) => Promise<Result<Call["output"]>>;
  list: ListCall<Path, JsonQuery<Call>, Call["output"]> & ListAs<Path, Call>;
}

interface Update<Path extends string, Call> {
  /** Changes what it names: PATCH with a JSON Merge Patch (RFC 7396), in which null takes a value away. */
  update: (
    id: Id,
    changes: Call extends { changes: infer Changes } ? Changes : unknown,
    ...rest: Including<Path, Call>
  ) => Promise<Result<Call extends EndpointTypes ? Call["output"] : unknown>>;
  /** Sends the whole object: PUT. */
  replace: (
    id: Id,
    body: Call extends EndpointTypes ? Call["body"] : unknown,
    ...rest: Including<Path, Call>
  ) => Promise<Result<Call extends EndpointTypes ? Call["output"] : unknown>>;
}

interface Each<Path extends string, Call extends EndpointTypes> {
  /** All objects of all pages, one after another. A page that fails throws a `ClientError`. */
  each: EachCall<Path, JsonQuery<Call>, ItemOf<Call["output"]>>;
}

type EachCall<Path extends string, Query, Item> = [FieldOf<NonNullable<Query>>] extends [never]
  ? (...given: ListInput<Path, Query>) => AsyncIterable<Item>
  : SparseEach<Path, NonNullable<Query>, Item>;

interface SparseEach<Path extends string, Query, Item> {
  (...given: ListInput<Path, WholeQuery<Query>>): AsyncIterable<Item>;
  <const Name extends FieldOf<Query>>(
    query: SparseQuery<Query, Name>,
    ...rest: OptionsFor<Path>
  ): AsyncIterable<Narrowed<Item, Name>>;
}

/** A list that is there in other formats than JSON. */
type InFormats = { rows: unknown } | { csv: string };

type Formatted<Query, Name> = Query extends { format?: unknown }
  ? Omit<Query, "format"> & { format: Name }
  : never;

/** A query of a list that asks for JSON, as far as it chooses a format at all. */
type JsonQuery<Call extends EndpointTypes> = Call extends InFormats
  ? Call["query"] extends infer Query
    ? "format" extends keyof NonNullable<Query>
      ? (Omit<NonNullable<Query>, "format"> & { format?: "json" }) | Extract<Query, undefined>
      : Query
    : never
  : Call["query"];

/** A list whose query chooses another format. */
type ListAs<Path extends string, Call extends EndpointTypes> = "format" extends keyof NonNullable<
  Call["query"]
>
  ? (Call extends { rows: infer Item }
      ? (
          query: Formatted<NonNullable<Call["query"]>, "ndjson">,
          ...rest: OptionsFor<Path>
        ) => Promise<Result<AsyncIterable<Item>>>
      : unknown) &
      (Call extends { csv: string }
        ? (
            query: Formatted<NonNullable<Call["query"]>, "csv">,
            ...rest: OptionsFor<Path>
          ) => Promise<Result<string>>
        : unknown)
  : unknown;

/** The calls of a list that is there as NDJSON or CSV too. */
type FormatCalls<Input, Call> = (Call extends { rows: infer Item }
  ? (input: Input & { readonly as: "ndjson" }) => Promise<Result<AsyncIterable<Item>>>
  : unknown) &
  (Call extends { csv: string }
    ? (input: Input & { readonly as: "csv" }) => Promise<Result<string>>
    : unknown);

interface Stream<Path extends string, Query, Item> {
  /**
   * All objects of the list, in one response as NDJSON, one after another while they come. A failure throws a `ClientError`, and so
   * does a response that breaks off.
   */
  stream: EachCall<Path, Whole<Query>, Item>;
}

interface Csv<Path extends string, Query> {
  /** The whole list as the text of one CSV, the names of the columns first. */
  csv: (...given: ListInput<Path, Whole<Query>>) => Promise<Result<string>>;
}

/** What is about pages, or chooses another format. */
type PageName = "limit" | "offset" | "cursor" | "format";

type Whole<Query> = Omit<Query, PageName> & { [Name in PageName]?: never };

type WholeOf<Path extends string, Call> = (Call extends { query?: infer Query; rows: infer Item }
  ? Readonly<Stream<Path, NonNullable<Query>, Item>>
  : unknown) &
  (Call extends { query?: infer Query; csv: string } ? Readonly<Csv<Path, NonNullable<Query>>> : unknown);

type ResourceClient<Path extends string, Entry> = {
  readonly [V in keyof Entry & keyof Verbs<Path, EndpointTypes>]: Verbs<Path, EndpointTypesOf<Entry[V]>>[V];
} & (Entry extends { update: infer Handler } ? Readonly<Update<Path, EndpointTypesOf<Handler>>> : unknown) &
  (Entry extends { list: infer Handler }
    ? Readonly<Each<Path, EndpointTypesOf<Handler>>> & WholeOf<Path, EndpointTypesOf<Handler>>
    : unknown);

type AnyFunction = (...args: never) => unknown;

/** The call of a single handler, in each of its forms. */
type AnyCall<Input, Call extends EndpointTypes> = FormatCalls<Input, Call> &
  ([FieldOf<NonNullable<Call["query"]>>] extends [never]
    ? SingleCall<Input, Call["output"]>
    : SingleCall<WithQuery<Input, WholeQuery<NonNullable<Call["query"]>>>, Call["output"]> &
        SparseCall<Input, NonNullable<Call["query"]>, Call["output"]>);

type WithQuery<Input, Query> = Omit<Input, "query"> & { readonly query?: Query };

type SparseCall<Input, Query, Output> = <const Name extends FieldOf<Query>>(
  input: Omit<Input, "query"> & { readonly query: SparseQuery<Query, Name> },
) => Promise<Result<Narrowed<Output, Name>>>;

type EntryClient<Key extends string, Entry> = Entry extends AnyFunction
  ? Key extends `${infer Method} ${infer Path}`
    ? AnyCall<Input<Method, Path, EndpointTypesOf<Entry>>, EndpointTypesOf<Entry>>
    : never
  : ResourceClient<Key, Entry>;

/** The calls of an API: `client.users.create(…)` of a resource, `client["POST /login"](…)` of a single handler. */
export type Client<Api> = {
  readonly [Key in Exclude<keyof EntriesOf<Api> & string, "$default">]: EntryClient<Key, EntriesOf<Api>[Key]>;
};
