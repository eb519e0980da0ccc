import middy from "@middy/core";
import { describe, expect, it, vi } from "vitest";
import { type HttpPresetOptions, httpPreset } from "../../middlewares/httpPreset.ts";
import { NotFound } from "../../src/core/errors.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";
import { eventOf, received, sources, type TestRequest } from "../support/events.ts";

type Fn = (event: { body: Record<string, unknown> }) => unknown;

const corsHeaders = {
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-allow-origin": "*",
};
const json = { ...corsHeaders, "content-type": "application/json" };
const post: TestRequest = { method: "POST", headers: { "Content-Type": "application/json" } };
const order = ["warmup", "errors", "cors", "jsonBody", "serialize"] as const;

describe.each([
  [
    "middy(fn).use()",
    (fn: Fn, options?: HttpPresetOptions) => middy(fn as never).use(httpPreset(options) as never),
  ],
  ["a pipeline", (fn: Fn, options?: HttpPresetOptions) => pipeline(httpPreset(options), fn as never)],
] as const)("httpPreset in %s", (_, make) => {
  const call = (made: unknown, event: unknown): Promise<unknown> =>
    (made as (event: unknown, context: object) => Promise<unknown>)(event, {});

  describe.each(sources)("behind %s", source => {
    const ask = async (fn: Fn, request: TestRequest = post, options?: HttpPresetOptions) => {
      const { status, headers, body } = received(
        source,
        await call(make(fn, options), eventOf(source, request)),
      );
      return { status, headers, body: body.toString() };
    };

    it("gives the function the parsed body and serializes what it returns", async () => {
      const seen = await ask(({ body }) => ({ got: body, at: new Date(0), n: 7n }), {
        ...post,
        body: '{"a":[1]}',
      });
      expect(seen).toEqual({
        status: 200,
        headers: json,
        body: '{"got":{"a":[1]},"at":"1970-01-01T00:00:00.000Z","n":"7"}',
      });
      expect((await ask(({ body }) => body)).body).toBe("{}");
    });

    it("answers errors as JSON with CORS headers, wherever they are thrown", async () => {
      const fn = vi.fn();
      expect(await ask(fn, { ...post, body: "{" })).toEqual({
        status: 400,
        headers: json,
        body: '{"code":400,"message":"Malformed body"}',
      });
      expect(fn).not.toHaveBeenCalled();
      const thrown = () => {
        throw new NotFound();
      };
      for (const failing of [thrown, async () => thrown()]) {
        expect(await ask(failing)).toEqual({
          status: 404,
          headers: json,
          body: '{"code":404,"message":"Resource Not Found"}',
        });
      }
      const secret = () => {
        throw new Error("the secret");
      };
      expect(await ask(secret, post, { errors: { logger: false } })).toEqual({
        status: 500,
        headers: json,
        body: '{"code":500,"message":"Internal Server Error"}',
      });
    });

    it("answers preflight requests without calling the function", async () => {
      const fn = vi.fn();
      const headers = { Origin: "https://a.example", "Access-Control-Request-Method": "POST" };
      const { status, body } = await ask(fn, { method: "OPTIONS", headers });
      expect([status, body]).toEqual([204, ""]);
      expect(fn).not.toHaveBeenCalled();
    });

    it("hands each its options", async () => {
      const { status, headers, body } = await ask(
        ({ body }) => body,
        { ...post, body: '{"id":1,"x":2}' },
        {
          cors: { origin: "https://a.example" },
          jsonBody: { reviver: (_key, value) => (typeof value === "number" ? value + 1 : value) },
          serialize: { serializer: pick("id"), status: 201 },
        },
      );
      expect([status, headers["access-control-allow-origin"], body]).toEqual([
        201,
        "https://a.example",
        '{"id":2}',
      ]);
    });
  });

  it("answers warmup events before anything else", async () => {
    const fn = vi.fn();
    expect(await call(make(fn), { source: "serverless-plugin-warmup" })).toBe("warmup");
    expect(await call(make(fn, { warmup: { isWarmingUp: () => true } }), eventOf("http"))).toBe("warmup");
    expect(fn).not.toHaveBeenCalled();
  });
});

describe("httpPreset", () => {
  it("is warmup, errors, cors, jsonBody and serialize, in this order", () => {
    expect(explain(pipeline(httpPreset(), () => 1)).map(({ name }) => name)).toEqual(order);
  });

  it("leaves out whatever is false, and nothing else", () => {
    for (const left of order) {
      const handler = pipeline(httpPreset({ [left]: false }), () => 1);
      expect(explain(handler).map(({ name }) => name)).toEqual(order.filter(name => name !== left));
    }
    expect(
      httpPreset({ warmup: false, errors: false, cors: false, jsonBody: false, serialize: false }),
    ).toEqual([]);
  });

  it("without one of them does without what it does", async () => {
    const fails = () => {
      throw new NotFound();
    };
    await expect(pipeline(httpPreset({ errors: false }), fails)(eventOf("http"), {})).rejects.toThrow(
      NotFound,
    );
    const bare = pipeline(httpPreset({ cors: false }), () => 1);
    expect(await bare(eventOf("http"), {})).toMatchObject({
      headers: { "Content-Type": "application/json" },
    });
    const unread = pipeline(httpPreset({ jsonBody: false }), event => ({ body: event.body }));
    expect(await unread(eventOf("http", { ...post, body: "{" }), {})).toMatchObject({ body: '{"body":"{"}' });
    const ready = pipeline(httpPreset({ serialize: false, cors: false }), () => ({ any: 1 }));
    expect(await ready(eventOf("http"), {})).toEqual({ any: 1 });
    const cold = pipeline(httpPreset({ warmup: false }), () => "ran");
    expect(await cold({ source: "serverless-plugin-warmup" }, {})).toMatchObject({ body: "ran" });
  });

  it("refuses wrong options and names them", () => {
    const wrong: [options: unknown, message: string][] = [
      [null, "httpPreset: options must be an object"],
      [
        { parser: {} },
        'httpPreset: unknown option "parser"; it takes warmup, errors, cors, jsonBody, serialize',
      ],
      [{ cors: 5 }, 'httpPreset: option "cors" must be an object or false'],
      [{ cors: true }, 'httpPreset: option "cors" must be an object or false'],
      [{ errors: { logger: 5 } }, 'errors: option "logger" must be a function'],
      [{ jsonBody: { maxbytes: 5 } }, 'jsonBody: unknown option "maxbytes"'],
      [{ serialize: { status: 5 } }, 'serialize: option "status" must be a status from 200 to 599'],
      [{ serialize: { serializer: 5 } }, "serializer must be a function"],
    ];
    for (const [options, message] of wrong) {
      const make = (): unknown => httpPreset(options as never);
      expect(make, message).toThrow(TypeError);
      expect(make).toThrow(message);
    }
  });
});
