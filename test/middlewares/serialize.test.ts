import middy from "@middy/core";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { serialize } from "../../middlewares/serialize.ts";
import type { Middleware } from "../../src/core/middleware.ts";
import { respond } from "../../src/http/respond.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import { eventOf, nosniff, received, sources } from "../support/events.ts";

const user = { id: "1", email: "a@b.c", password: "secret" };

/** What a client receives when `fn` returns `value` behind these middlewares. */
async function responded(
  source: (typeof sources)[number],
  value: unknown,
  ...args: Parameters<typeof serialize>
) {
  const handler = pipeline([errors({ logger: false }), serialize(...args)], () => value);
  const result = await handler(eventOf(source, { method: "GET", path: "/users" }), {});
  const { status, headers, body } = received(source, result);
  return { status, type: headers["content-type"], body: body.toString() };
}

describe.each(sources)("serialize on %s", source => {
  it.each([
    ["an object", user, { status: 200, type: "application/json", body: '{"id":"1"}' }],
    ["a list", [user, user], { status: 200, type: "application/json", body: '[{"id":"1"},{"id":"1"}]' }],
    ["a promise", Promise.resolve(user), { status: 200, type: "application/json", body: '{"id":"1"}' }],
    ["undefined", undefined, { status: 200, type: "application/json", body: "null" }],
    ["null", null, { status: 200, type: "application/json", body: "null" }],
    [
      "what respond() made",
      respond({ status: 202, headers: { "content-type": "text/x" }, body: "ready" }),
      { status: 202, type: "text/x", body: "ready" },
    ],
    [
      "an object with the fields of a response",
      { id: "1", statusCode: 202, headers: { "content-type": "text/x" }, body: "secret" },
      { status: 200, type: "application/json", body: '{"id":"1"}' },
    ],
    [
      "a plain response, which is data",
      { statusCode: 202, body: "secret" },
      { status: 200, type: "application/json", body: "{}" },
    ],
    [
      "a web Response",
      new Response("<p>", { status: 203, headers: { "content-type": "text/html" } }),
      { status: 203, type: "text/html", body: "<p>" },
    ],
  ])("answers %s", async (_, value, expected) => {
    expect(await responded(source, value, pick("id"))).toEqual(expected);
  });
});

describe("serialize", () => {
  it("sends the value itself without a serializer, under the given status", async () => {
    const expected = { status: 201, type: "application/json", body: JSON.stringify(user) };
    expect(await responded("http", user, undefined, { status: 201 })).toEqual(expected);
  });

  it.each([
    ["a string", "text", { status: 200, type: "text/plain; charset=utf-8", body: "text" }],
    ["bytes", Buffer.from("bytes"), { status: 200, type: "application/octet-stream", body: "bytes" }],
    [
      "a ready response",
      { statusCode: "404", headers: { "content-type": "text/x" }, body: "ready" },
      { status: 404, type: "text/x", body: "ready" },
    ],
  ])("takes %s for a response where no serializer stands", async (_, value, expected) => {
    expect(await responded("http", value)).toEqual(expected);
  });

  it.each([
    ["text", '{"password":"secret"}'],
    ["bytes", Buffer.from("secret")],
  ])("answers 500 where pick, omit or fields is to choose fields of %s", async (_, value) => {
    for (const serializer of [pick("id"), omit("id"), fields({ id: true } as never)]) {
      const response = await responded("http", value, serializer as never);
      expect(response).toMatchObject({ status: 500, body: '{"code":500,"message":"Internal Server Error"}' });
    }
  });

  it("has no body under 204", async () => {
    const expected = { status: 204, type: undefined, body: "" };
    expect(await responded("http", undefined, undefined, { status: 204 })).toEqual(expected);
  });

  it("takes functions, sync or async, which are given the request", async () => {
    const handler = pipeline(
      [
        serialize(async ({ id }: { id: string }, { event, context }) => ({
          id,
          path: event.rawPath,
          request: context.awsRequestId,
        })),
      ],
      () => [user],
    );
    const result = await handler(eventOf("http", { method: "GET", path: "/users" }), { awsRequestId: "r" });
    expect(JSON.parse(result.body)).toEqual([{ id: "1", path: "/users", request: "r" }]);
  });

  it("lets a schema's output out and nothing else", async () => {
    const schema = z.object({ id: z.string() });
    expect((await responded("http", user, schema)).body).toBe('{"id":"1"}');
  });

  it("answers 500 that reveals nothing when our own data does not fit its schema", async () => {
    const expected = {
      status: 500,
      type: "application/json",
      body: '{"code":500,"message":"Internal Server Error"}',
    };
    expect(await responded("http", user, z.object({ id: z.number() }))).toEqual(expected);
  });

  it.each([
    ["outside cors", [serialize(pick("id")), cors()]],
    ["inside cors", [cors(), serialize(pick("id"))]],
  ])("sends CORS headers %s, also in a plain Middy stack", async (_, stack) => {
    const handler = middy(() => user).use(stack as Middleware[]);
    expect(await handler({ version: "2.0", requestContext: { http: {} } }, {} as never)).toEqual({
      statusCode: 200,
      headers: {
        "Content-Type": "application/json",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Allow-Methods": "*",
        ...nosniff,
      },
      body: '{"id":"1"}',
    });
  });

  it("serializes what a hook inside or outside it responds early, unless that is a response", async () => {
    const early = { before: () => user };
    const event = eventOf("rest", { method: "GET", path: "/" });
    const inside = pipeline([cors(), serialize(pick("id")), early], () => 1);
    const outside = pipeline([cors(), early, serialize(pick("id"))], () => 1);
    expect(await inside(event, {})).toMatchObject({ statusCode: 200, body: '{"id":"1"}' });
    expect(await outside(event, {})).toMatchObject({ statusCode: 200, body: '{"id":"1"}' });
    for (const handler of [inside, outside]) {
      expect((await handler(event, {})).headers).toMatchObject({ "Access-Control-Allow-Origin": "*" });
    }
  });

  it.each([
    [
      () => serialize("id" as never),
      "serializer must be a function, pick(), omit(), fields() or a Standard Schema",
    ],
    [
      () => serialize(undefined, { status: 99 }),
      'serialize: option "status" must be a status from 200 to 599',
    ],
    [
      () => serialize(undefined, { code: 1 } as never),
      'serialize: unknown option "code"; it takes status, model',
    ],
  ])("refuses wrong arguments at once (%#)", (make, message) => {
    expect(make).toThrow(new TypeError(message));
  });
});
