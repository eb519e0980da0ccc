import type { JsonFor, JsonOf } from "../calls.ts";
import type { Middleware } from "../middleware.ts";
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

type Apply<S extends Sent, M> =
  M extends Middleware<infer _Needs, infer Adds>
    ? Adds extends { keep: [infer R extends string, infer O extends string] }
      ? { body: KeepKeys<S["body"], R, O>; query: S["query"] }
      : { body: TakenBy<Adds, "body", S["body"]>; query: TakenBy<Adds, "query", S["query"]> }
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

/** An answer of its own, of whose body nothing is known. */
type Ready =
  | { statusCode: number }
  | { status: number; arrayBuffer(): unknown }
  | Uint8Array
  | AsyncIterable<unknown>;

type Answered<Value, S> = [Value] extends [undefined | void]
  ? null
  : Value extends string | null
    ? Value
    : Value extends Ready
      ? unknown
      : S extends undefined
        ? Value
        : Value extends readonly (infer Item)[]
          ? Serialized<Item, S>[]
          : Serialized<Value, S>;

/** The call of a pipeline: what its middlewares read, and what its function returns as `serialize` lets it out. */
export interface PipelineCall<M, R> {
  body: JsonFor<SentTo<M>["body"]>;
  query: SentTo<M>["query"];
  output: [SerializerOf<M>] extends [[infer S]] ? JsonOf<Answered<Awaited<R>, S>> : unknown;
}
