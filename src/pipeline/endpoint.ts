import type { Bytes, Contract, FormBody, JsonFor, JsonOf } from "../core/endpoint.ts";
import type { Middleware } from "../core/middleware.ts";
import type { MarkedResponse } from "../http/respond.ts";
import type { Serialized } from "../serializers/types.ts";
import type { KeepKeys } from "./types.ts";

/** What a client has to send, as far as the chain has been looked at. */
interface Sent {
  body: unknown;
  query: unknown;
}

type TakenBy<Adds, Part extends keyof Sent, Before> = Adds extends {
  takes: { [P in Part]: infer Taken };
}
  ? Taken
  : Before;

/** A form is sent as one, whatever is asked of its fields. */
type BodyAfter<Before, After> = [Before] extends [FormBody] ? Before : After;

type Apply<S extends Sent, M> =
  M extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { keep: [infer R extends string, infer O extends string] }
      ? { body: BodyAfter<S["body"], KeepKeys<S["body"], R, O>>; query: S["query"] }
      : {
          body: BodyAfter<S["body"], TakenBy<Adds, "body", S["body"]>>;
          query: TakenBy<Adds, "query", S["query"]>;
        }
    : S;

/** Nothing is sent where nothing reads it. */
interface Nothing {
  body: undefined;
  query: undefined;
}

type SentTo<M, S extends Sent = Nothing> = M extends readonly [infer Head, ...infer Tail]
  ? SentTo<Tail, Apply<S, Head>>
  : S;

type SerializerOf<M> = M extends readonly (infer Item)[]
  ? Item extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { answers: true; by?: [infer S] }
      ? [S]
      : never
    : never
  : never;

/** A web `Response`, of whose body nothing is known. */
interface WebResponse {
  status: number;
  arrayBuffer(): unknown;
}

/** What is a response only where no serializer stands. */
type Ready = { statusCode: number | string } | AsyncIterable<unknown>;

/** Bytes arrive as such, and as text where their content type says text. */
type OutputBy<Value, S> = [Value] extends [undefined | void]
  ? null
  : Value extends null
    ? null
    : Value extends MarkedResponse<infer Body>
      ? [Body] extends [Bytes]
        ? Uint8Array | string
        : JsonOf<Body>
      : Value extends WebResponse
        ? unknown
        : S extends undefined
          ? Value extends Uint8Array
            ? Uint8Array
            : Value extends Ready
              ? unknown
              : JsonOf<Value>
          : JsonOf<Value extends readonly (infer Item)[] ? Serialized<Item, S>[] : Serialized<Value, S>>;

/** The call of a pipeline: what its middlewares read, and what its function returns as `serialize` lets it out. */
export type PipelineEndpoint<M, R> = Contract<{
  body: JsonFor<SentTo<M>["body"]>;
  query: SentTo<M>["query"];
  output: [SerializerOf<M>] extends [[infer S]] ? OutputBy<Awaited<R>, S> : unknown;
}>;
