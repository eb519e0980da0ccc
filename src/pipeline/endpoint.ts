import type { Bytes, Contract, EventStream, JsonFor, JsonOf, ParamsOf } from "../core/endpoint.ts";
import type { MarkedResponse } from "../http/respond.ts";
import type { Serialized } from "../serializers/types.ts";
import type { WalkOver } from "./types.ts";

/** A web `Response`, of whose body nothing is known. */
interface WebResponse {
  status: number;
  arrayBuffer(): unknown;
}

/** What is a response only where no serializer stands. */
type Ready = { statusCode: number | string } | AsyncIterable<unknown>;

/** Bytes arrive as such, and as text where their content type says text. */
type OutputBy<Value, By> = [Value] extends [undefined | void]
  ? null
  : Value extends null
    ? null
    : Value extends MarkedResponse<infer Body>
      ? [Body] extends [Bytes]
        ? Uint8Array | string
        : [Body] extends [EventStream<infer Item>]
          ? AsyncIterable<JsonOf<Item>>
          : JsonOf<Body>
      : Value extends WebResponse
        ? unknown
        : By extends undefined
          ? Value extends Uint8Array
            ? Uint8Array
            : Value extends Ready
              ? unknown
              : JsonOf<Value>
          : JsonOf<Value extends readonly (infer Item)[] ? Serialized<Item, By>[] : Serialized<Value, By>>;

/** The call of a pipeline: what its middlewares read, and what its function returns as `serialize` lets it out. */
export type PipelineEndpoint<Chain, Returned> = Contract<{
  params: ParamsOf<WalkOver<Chain>["path"]>;
  body: JsonFor<WalkOver<Chain>["body"]>;
  query: WalkOver<Chain>["query"];
  output: [WalkOver<Chain>["serializers"]] extends [[infer Serializer]]
    ? OutputBy<Awaited<Returned>, Serializer>
    : unknown;
}>;
