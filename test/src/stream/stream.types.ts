import { expectTypeOf } from "vitest";
import type { AnyEndpointTypes, EndpointTypesOf } from "../../../src/core/endpoint.ts";
import { createHandler, type HttpResult, jsonBody, pick, pipeline, serialize } from "../../../src/index.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { type StreamingHandler, stream } from "../../../src/stream/index.ts";

/** Nobody calls these; that they compile is the test. */
export function streamTakesAnyHandler(): void {
  expectTypeOf(stream(pipeline([], () => 1))).toExtend<StreamingHandler>();
  expectTypeOf(stream(pipeline([serialize()], () => new Response("x")))).toExtend<StreamingHandler>();
  expectTypeOf(stream(pipeline([], () => 1))({}, {})).toEqualTypeOf<Promise<HttpResult>>();
}

export function streamKeepsWhatClientsKnow(): void {
  const Users = memoryModel<{ id: string; email: string }>({ name: "User" });
  const create = createHandler(Users, { required: ["email"], serializer: pick("id") });
  const streamed = stream(create);
  expectTypeOf<EndpointTypesOf<typeof streamed>>().toEqualTypeOf<EndpointTypesOf<typeof create>>();
  const foreign = stream(async () => ({ statusCode: 200 }));
  expectTypeOf<EndpointTypesOf<typeof foreign>>().toEqualTypeOf<AnyEndpointTypes>();
}

export function aStreamHasNoJson(): void {
  const chain = [serialize(), jsonBody<{ a: number }>()] as const;
  const bare = pipeline(chain, () => new ReadableStream());
  expectTypeOf<EndpointTypesOf<typeof bare>["output"]>().toEqualTypeOf<unknown>();
  const value = pipeline(chain, () => ({ a: 1 }));
  expectTypeOf<EndpointTypesOf<typeof value>["output"]>().toEqualTypeOf<{ a: number }>();
}

export function streamTakesNothingElse(): void {
  // @ts-expect-error a model is not a handler
  stream(memoryModel<{ id: string }>({ name: "User" }));
  // @ts-expect-error a handler gives a promise
  stream(() => 1);
}
