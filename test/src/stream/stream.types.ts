import { expectTypeOf } from "vitest";
import { createHandler, type HttpResult, pipeline, serialize } from "../../../src/index.ts";
import { memoryModel } from "../../../src/models/memory.ts";
import { type StreamingHandler, stream } from "../../../src/stream/index.ts";

/** Nobody calls these; that they compile is the test. */
export function streamTakesAnyHandler(): void {
  const Users = memoryModel<{ id: string }>({ name: "User" });
  expectTypeOf(stream(createHandler(Users, {}))).toEqualTypeOf<StreamingHandler>();
  expectTypeOf(stream(pipeline([], () => 1))).toEqualTypeOf<StreamingHandler>();
  expectTypeOf(stream(pipeline([serialize()], () => new Response("x")))).toEqualTypeOf<StreamingHandler>();
  expectTypeOf(stream(async () => ({ statusCode: 200 }))).toEqualTypeOf<StreamingHandler>();
  expectTypeOf(stream(pipeline([], () => 1))({}, {})).toEqualTypeOf<Promise<HttpResult>>();
}

export function streamTakesNothingElse(): void {
  // @ts-expect-error a model is no handler
  stream(memoryModel<{ id: string }>({ name: "User" }));
  // @ts-expect-error a handler gives a promise
  stream(() => 1);
}
