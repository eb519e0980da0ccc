import type { Simplify } from "./types.ts";

/** What a client sends to a handler and what it gets back; it exists in types alone. */
export interface EndpointTypes {
  /** The JSON body, or a form. `undefined` when it takes none. */
  body: unknown;
  /** The query parameters. */
  query: unknown;
  /** The JSON of a success, its text or its bytes. `undefined` when it has no body. */
  output: unknown;
}

/** The endpoint of a handler that carries no types: everything is unknown. */
export interface AnyEndpointTypes extends EndpointTypes {}

/** The contract that a handler's type shows: its {@link EndpointTypes} written out, without the input that it does not take. */
export type Contract<Call extends Partial<EndpointTypes>> = Simplify<{
  [K in keyof Call as K extends "params" | "body" | "query"
    ? [Call[K]] extends [undefined]
      ? never
      : K
    : K]: Call[K];
}>;

/** Path parameters by name, as a {@link Contract} has them; `undefined` when there are none, or their names are not known. */
export type ParamsOf<Names extends string> = [Names] extends [never]
  ? undefined
  : string extends Names
    ? undefined
    : { [Name in Names]: string };

type Variable<Segment extends string> = Segment extends `{${infer Name}+}`
  ? Name
  : Segment extends `{${infer Name}}`
    ? Name
    : never;

/** The names of a path's parameters: `id` of `/users/{id}`, `path` of `/files/{path+}`. */
export type PathVariables<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? Variable<Head> | PathVariables<Tail>
  : Variable<Path>;

/** A contract with all its parts. */
type Completed<Call> = Call & { [K in Exclude<"body" | "query", keyof Call>]: undefined };

declare const endpointTypes: unique symbol;

/** Carries a {@link Contract}. Its property exists in types alone. */
export interface Endpoint<Call> {
  readonly [endpointTypes]?: Call;
}

/** The contract that a handler's type shows, if any. */
export type ContractOf<Handler> = Handler extends { readonly [endpointTypes]?: infer Call } ? Call : unknown;

/** The {@link EndpointTypes} of a handler; of one that declares none, everything is unknown. */
export type EndpointTypesOf<Handler> =
  ContractOf<Handler> extends infer Call extends { output: unknown } ? Completed<Call> : AnyEndpointTypes;

declare const entries: unique symbol;

/** Carries the entries of an API. Its property exists in types alone. */
export interface Endpoints<Entries> {
  readonly [entries]?: Entries;
}

/** The entries that an API was made of. */
export type EntriesOf<Api> = Api extends { readonly [entries]?: infer Entries }
  ? NonNullable<Entries>
  : never;

declare const itemType: unique symbol;

/** A body that is a stream of items, each as JSON: server-sent events. Its property exists in types alone. */
export interface EventStream<T> extends AsyncIterable<unknown> {
  readonly [itemType]: T;
}

type IsAny<T> = 0 extends 1 & T ? true : false;
/** What goes over the wire as it is, in a body of its own. */
export type Bytes = Uint8Array | ArrayBuffer;
/** Forms that a client sends as they are. */
export type FormBody = FormData | URLSearchParams;
type NoJson = symbol | ((...args: never) => unknown);

/** What is left of a type when its values went over the wire as JSON: Dates and bigints are strings, bytes base64. */
export type JsonOf<T> =
  IsAny<T> extends true
    ? unknown
    : T extends string | number | boolean | null | undefined
      ? T
      : T extends bigint | Date | Bytes
        ? string
        : T extends { toJSON(key: string): infer Json } | { toJSON(): infer Json }
          ? JsonOf<Json>
          : T extends readonly unknown[]
            ? { -readonly [I in keyof T]: JsonOf<T[I]> }
            : T extends object
              ? { -readonly [K in keyof T as T[K] extends NoJson ? never : K]: JsonOf<T[K]> }
              : unknown;

/**
 * What may be written for a type that goes over the wire as JSON: a Date may also be the text that stands for it. Forms go as
 * they are.
 */
export type JsonFor<T> =
  IsAny<T> extends true
    ? unknown
    : T extends string | number | boolean | null | undefined | FormBody
      ? T
      : T extends bigint | Date
        ? T | string
        : T extends Bytes
          ? string
          : T extends readonly unknown[]
            ? { readonly [I in keyof T]: JsonFor<T[I]> }
            : T extends object
              ? { -readonly [K in keyof T as T[K] extends NoJson ? never : K]: JsonFor<T[K]> }
              : unknown;
