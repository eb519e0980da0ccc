import type {
  ALBEvent,
  ALBHandler,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  Context,
  LambdaFunctionURLEvent,
  S3Event,
  SQSEvent,
  SQSHandler,
} from "aws-lambda";
import { expectTypeOf } from "vitest";
import { api } from "../../../api/api.ts";
import { errors } from "../../../middlewares/errors.ts";
import { serialize } from "../../../middlewares/serialize.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";
import {
  assertPortable,
  context,
  events,
  invoke,
  type LatticeV1Event,
  type LatticeV2Event,
  portable,
  type TestResponse,
  testClient,
} from "../../../tools/testing/index.ts";

export function buildersGiveTheEventsOfAws(): void {
  expectTypeOf(events.rest()).toEqualTypeOf<APIGatewayProxyEvent>();
  expectTypeOf(events.http()).toEqualTypeOf<APIGatewayProxyEventV2>();
  expectTypeOf(events.url()).toEqualTypeOf<LambdaFunctionURLEvent>();
  expectTypeOf(events.alb()).toEqualTypeOf<ALBEvent>();
  expectTypeOf(events.albMulti()).toEqualTypeOf<ALBEvent>();
  expectTypeOf(events.latticeV1()).toEqualTypeOf<LatticeV1Event>();
  expectTypeOf(events.latticeV2()).toEqualTypeOf<LatticeV2Event>();
  expectTypeOf(events.sqs([])).toEqualTypeOf<SQSEvent>();
  expectTypeOf(events.s3([])).toEqualTypeOf<S3Event>();
  expectTypeOf(context()).toEqualTypeOf<Context>();
}

export function handlersTypedByAwsTakeThem(
  rest: APIGatewayProxyHandler,
  http: APIGatewayProxyHandlerV2,
  alb: ALBHandler,
  sqs: SQSHandler,
): void {
  void rest(events.rest({ path: "/users" }), context(), () => undefined);
  void http(events.http({ path: "/users" }), context(), () => undefined);
  void alb(events.alb({ path: "/users" }), context(), () => undefined);
  void sqs(events.sqs(["one", { body: { a: 1 } }]), context(), () => undefined);
}

export function overridesAreTypedAtAnyDepth(): void {
  events.http({}, { requestContext: { http: { sourceIp: "192.0.2.9" } }, cookies: ["a=1"], body: undefined });
  events.rest({}, { requestContext: { identity: { userAgent: null } }, stageVariables: { a: "1" } });
  // @ts-expect-error an address is text
  events.http({}, { requestContext: { http: { sourceIp: 5 } } });
  // @ts-expect-error there is no such field
  events.http({}, { requestContext: { htp: {} } });
  // @ts-expect-error there is no such part of a request
  events.http({ pth: "/" });
  // @ts-expect-error a message has no such part
  events.sqs([{ text: "x" }]);
  // @ts-expect-error a file has a key
  events.s3([{ bucket: "b" }]);
}

export async function responsesAreTypedAsDeclared(): Promise<void> {
  const handler = pipeline([errors(), serialize()], () => ({ id: "1" }));
  const unknown = await invoke(handler);
  expectTypeOf(unknown).toEqualTypeOf<TestResponse>();
  expectTypeOf(unknown.body).toBeUnknown();
  const known = await invoke<{ id: string }>(handler, {}, { source: "alb", context: { awsRequestId: "r" } });
  expectTypeOf(known.body.id).toBeString();
  expectTypeOf(known.headers).toEqualTypeOf<Headers>();
  // @ts-expect-error there is no such source
  await invoke(handler, {}, { source: "v2" });

  const blog = api({ "GET /one": handler });
  for (const client of [testClient(blog), testClient(handler).as({ id: "u1" }).with({ "X-A": 1 })]) {
    const { body } = await client.get<{ id: string }>("/one");
    expectTypeOf(body.id).toBeString();
  }
  // @ts-expect-error the path is an argument of its own
  await testClient(blog).get("/one", { path: "/two" });
  // @ts-expect-error an api has one
  testClient({ routes: [] });
  expectTypeOf((await portable<{ id: string }>(blog)).response).toEqualTypeOf<
    TestResponse<{ id: string }> | undefined
  >();
  expectTypeOf(await assertPortable(handler)).toEqualTypeOf<TestResponse>();
}
