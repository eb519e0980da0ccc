import middy from "@middy/core";
import httpErrorHandler from "@middy/http-error-handler";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type CorsOptions, cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { warmup } from "../../middlewares/warmup.ts";
import { Forbidden } from "../../src/core/errors.ts";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import { configure } from "../../src/core/settings.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { anyEvent } from "../support/anyEvent.ts";
import {
  type EventSource,
  eventOf,
  type Received,
  received,
  sources,
  type TestRequest,
} from "../support/events.ts";

afterEach(() => configure({ corsOrigin: undefined, corsHeaders: undefined }));

type Fn = (event: unknown) => unknown;

const plainly = (chain: readonly AnyMiddleware[], fn: Fn, event: unknown): Promise<unknown> =>
  middy(fn).use(chain as middy.MiddlewareObj[])(event as never, {} as never) as Promise<unknown>;

async function run(
  source: EventSource,
  request: TestRequest,
  options?: CorsOptions,
  fn: Fn = () => ({ id: 1 }),
): Promise<Received> {
  const chain = [errors({ logger: false }), cors(options), serialize()];
  return received(source, await plainly(chain, fn, eventOf(source, request)));
}

/** The headers of CORS alone. */
const corsOf = ({ headers }: Received): Received["headers"] =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );

const open = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
};
const asking: TestRequest = { headers: { Origin: "https://app.example.com" } };
const preflight = (headers: TestRequest["headers"] = {}): TestRequest => ({
  method: "OPTIONS",
  path: "/users",
  headers: {
    Origin: "https://app.example.com",
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "authorization, x-custom",
    ...headers,
  },
});
const fail = (): never => {
  throw new Forbidden();
};

describe.each(sources)("cors with an event of %s", source => {
  it("is open by default, on success and on error", async () => {
    const body = Buffer.from('{"id":1}');
    const headers = { "content-type": "application/json", ...open };
    expect(await run(source, asking)).toEqual({ status: 200, headers, cookies: [], body });
    const refused = await run(source, asking, {}, fail);
    expect(refused).toMatchObject({ status: 403, headers });
    expect(corsOf(refused)).toEqual(open);
  });

  it("answers a preflight request before any other work", async () => {
    let calls = 0;
    const response = await run(source, preflight(), { maxAge: 600 }, () => calls++);
    expect(response).toEqual({
      status: 204,
      headers: { ...open, "access-control-max-age": "600" },
      cookies: [],
      body: Buffer.alloc(0),
    });
    expect(calls).toBe(0);
  });

  it("leaves other OPTIONS requests, and preflight requests if the option says so, to the function", async () => {
    const other = await run(source, { ...asking, method: "OPTIONS" });
    expect([other.status, corsOf(other)]).toEqual([200, open]);
    const left = await run(source, preflight(), { disableBeforePreflightResponse: true });
    expect([left.status, corsOf(left)]).toEqual([200, open]);
  });

  it("grants a listed origin alone, and says so to caches", async () => {
    const options = { origins: ["https://app.example.com", "https://*.example.org"] };
    const granted = { ...open, "access-control-allow-origin": "https://app.example.com", vary: "Origin" };
    const { "access-control-allow-origin": _, ...refused } = granted;
    expect(corsOf(await run(source, asking, options))).toEqual(granted);
    expect(corsOf(await run(source, preflight(), options))).toEqual(granted);
    const from = (origin: string): TestRequest => ({ headers: { origin } });
    expect(corsOf(await run(source, from("https://a.example.org"), options))).toMatchObject({
      "access-control-allow-origin": "https://a.example.org",
    });
    for (const origin of ["https://evil.example", "https://app.example.com.evil.example", "null"]) {
      expect(corsOf(await run(source, from(origin), options))).toEqual(refused);
      expect(corsOf(await run(source, preflight({ Origin: origin }), options))).toEqual(refused);
    }
    expect(corsOf(await run(source, {}, options))).toEqual(refused);
  });

  it("names what is asked for where a wildcard would mean nothing", async () => {
    const options = { credentials: true, origins: ["https://app.example.com"] };
    expect(corsOf(await run(source, preflight(), options))).toEqual({
      "access-control-allow-credentials": "true",
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-methods": "PUT",
      "access-control-allow-headers": "authorization, x-custom",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
    const named = { ...options, methods: "GET,PUT", headers: "Authorization" };
    expect(corsOf(await run(source, preflight(), named))).toMatchObject({
      "access-control-allow-methods": "GET,PUT",
      "access-control-allow-headers": "Authorization",
      vary: "Origin",
    });
  });

  it("refuses a preflight request for other methods or headers", async () => {
    const refused = { status: 204, headers: {}, cookies: [], body: Buffer.alloc(0) };
    expect(await run(source, preflight(), { requestMethods: ["GET"] })).toEqual(refused);
    expect(await run(source, preflight(), { requestHeaders: ["authorization"] })).toEqual(refused);
    const options = { requestMethods: ["put"], requestHeaders: ["Authorization", "X-Custom"] };
    expect(corsOf(await run(source, preflight(), options))).toEqual(open);
  });

  it("leaves the headers that the response brings itself", async () => {
    const ready = () => ({
      statusCode: 200,
      headers: { "access-control-allow-origin": "https://own.example", vary: "Accept" },
      cookies: ["a=1", "b=2"],
      body: "x",
    });
    const response = await run(source, asking, { vary: "Cookie" }, ready);
    expect(response.cookies).toEqual(["a=1", "b=2"]);
    expect(corsOf(response)).toEqual({
      ...open,
      "access-control-allow-origin": "https://own.example",
      vary: "Accept, Cookie",
    });
  });

  it("sends what the official middleware sends for every option", async () => {
    const options = {
      origin: "https://app.example.com",
      headers: "X-A",
      methods: "GET",
      exposeHeaders: "X-B",
      maxAge: "60",
      vary: "Accept",
      cacheControl: "max-age=60",
    };
    const headers = {
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-headers": "X-A",
      "access-control-allow-methods": "GET",
      "access-control-expose-headers": "X-B",
      "access-control-max-age": "60",
      vary: "Accept",
    };
    expect(corsOf(await run(source, asking, options))).toEqual(headers);
    expect((await run(source, preflight(), options)).headers).toEqual({
      ...headers,
      "cache-control": "max-age=60",
    });
  });
});

describe("cors", () => {
  it("follows the settings as they change", async () => {
    const chain = [errors({ logger: false }), cors(), serialize()];
    const ask = async (): Promise<Received["headers"]> =>
      corsOf(received("http", await plainly(chain, () => 1, eventOf("http", asking))));
    expect(await ask()).toEqual(open);
    configure({ corsOrigin: "https://one.example", corsHeaders: "X-A" });
    expect(await ask()).toEqual({
      ...open,
      "access-control-allow-origin": "https://one.example",
      "access-control-allow-headers": "X-A",
    });
    configure({ corsOrigin: "https://one.example, https://app.example.com", corsHeaders: undefined });
    expect(await ask()).toEqual({
      ...open,
      "access-control-allow-origin": "https://app.example.com",
      vary: "Origin",
    });
  });

  it("does not open a list of origins to all because the settings do", async () => {
    configure({ corsOrigin: "*" });
    const response = await run("http", asking, { origins: ["https://other.example"] });
    expect(corsOf(response)["access-control-allow-origin"]).toBeUndefined();
  });

  it("asks getOrigin each time, and says so to caches", async () => {
    const seen: unknown[] = [];
    const getOrigin = (origin: string): string | null => {
      seen.push(origin);
      return origin === "https://app.example.com" ? origin : null;
    };
    expect(corsOf(await run("rest", asking, { getOrigin }))).toEqual({
      ...open,
      "access-control-allow-origin": "https://app.example.com",
      vary: "Origin",
    });
    const { "access-control-allow-origin": _, ...closed } = open;
    expect(corsOf(await run("rest", {}, { getOrigin }))).toEqual({ ...closed, vary: "Origin" });
    expect(seen).toEqual(["https://app.example.com", undefined]);
    configure({ corsOrigin: "https://one.example" });
    expect(corsOf(await run("rest", asking, { getOrigin })).vary).toBe("Origin");
  });

  it("answers 500, and lets nobody read it, when getOrigin fails", async () => {
    const getOrigin = (): never => {
      throw new Error("database down");
    };
    const response = await run("http", asking, { getOrigin });
    expect([response.status, corsOf(response)]).toEqual([500, {}]);
  });

  const withErrors = () => [errors({ logger: false }), cors(), serialize()];
  const places: [string, () => AnyMiddleware[]][] = [
    ["between errors and serialize", withErrors],
    ["first", () => [cors(), errors({ logger: false }), serialize()]],
    ["last", () => [errors({ logger: false }), serialize(), cors()]],
    ["twice", () => [cors(), errors({ logger: false }), serialize(), cors()]],
    ["behind one that fails", () => [errors({ logger: false }), { before: fail }, cors()]],
    ["before one that fails", () => [cors(), errors({ logger: false }), { before: fail }]],
    [
      "behind one that fails, and outside of errors",
      () => [{ before: fail }, cors(), errors({ logger: false })],
    ],
    ["beside the official error handler", () => [cors(), httpErrorHandler({ logger: false })]],
    ["alone with errors", () => [cors(), errors({ logger: false })]],
  ];
  it.each(places)("works %s, on success and on error", async (_, chain) => {
    for (const source of sources) {
      for (const fn of [() => ({ id: 1 }), () => undefined, () => ({ statusCode: 200, body: "x" }), fail]) {
        const response = received(source, await plainly(chain(), fn, eventOf(source, asking)));
        expect(corsOf(response)).toEqual(open);
      }
      const pre = received(
        source,
        await plainly(
          chain().filter(one => one.before !== fail),
          fail,
          eventOf(source, preflight()),
        ),
      );
      expect([pre.status, corsOf(pre)]).toEqual([204, open]);
    }
  });

  it("works in a pipeline, with early responses as well", async () => {
    const early = { before: () => ({ statusCode: 302, headers: { Location: "/x" } }) };
    const handler = pipeline(
      [errors({ logger: false }), cors(), early as AnyMiddleware, serialize()],
      () => 1,
    );
    const response = received("alb-multi", await handler(eventOf("alb-multi", asking) as never, {} as never));
    expect(response).toEqual({
      status: 302,
      headers: { location: "/x", ...open },
      cookies: [],
      body: Buffer.alloc(0),
    });
  });

  it("works alone, with whatever the function returns", async () => {
    for (const source of sources) {
      const response = received(
        source,
        await plainly([cors()], () => new Response("hi"), eventOf(source, asking)),
      );
      expect(response).toEqual({
        status: 200,
        headers: { "content-type": "text/plain;charset=UTF-8", ...open },
        cookies: [],
        body: Buffer.from("hi"),
      });
    }
  });

  it("adds headers to a response that a hook put in place of the final one", async () => {
    const replacing = {
      after: (request: { response: unknown }): void => {
        request.response = { statusCode: 201, body: "" };
      },
    };
    const chain = [cors(), replacing as AnyMiddleware, serialize()];
    const response = received("http", await plainly(chain, () => 1, eventOf("http", asking)));
    expect([response.status, corsOf(response)]).toEqual([201, open]);
  });

  it("leaves the response to a warmup event alone", async () => {
    expect(await plainly([cors(), warmup()], fail, { source: "serverless-plugin-warmup" })).toBe("warmup");
  });

  it("lets an error through of which nobody makes a response", async () => {
    await expect(plainly([cors()], fail, eventOf("http"))).rejects.toThrow(new Forbidden());
  });

  it("survives any event and any origin", async () => {
    const variants = [
      {},
      { origins: ["https://*.example.com"], credentials: true, cacheControl: "no-store" },
    ];
    await fc.assert(
      fc.asyncProperty(
        anyEvent(),
        fc.string({ unit: "binary" }),
        fc.constantFrom(...variants),
        async (event, origin, options) => {
          const chain = [errors({ logger: false }), cors(options), serialize()];
          expect(await plainly(chain, () => 1, event)).toBeTypeOf("object");
          for (const method of ["GET", "OPTIONS"]) {
            const response = await run(
              "http",
              { method, headers: { origin, "access-control-request-method": origin } },
              options,
            );
            expect(response.status).toBeLessThan(300);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    [{ origins: "https://a.example" }, 'cors: option "origins" must be an array of strings'],
    [{ origin: ["https://a.example"] }, 'cors: option "origin" must be a string'],
    [{ maxAge: -1 }, 'cors: option "maxAge" must be a whole number of at least 0 or a string'],
    [{ credentials: 1 }, 'cors: option "credentials" must be true or false or a string'],
    [{ getOrigin: "x" }, 'cors: option "getOrigin" must be a function'],
  ])("refuses the options %j", (options, message) => {
    expect(() => cors(options as never)).toThrow(new TypeError(message));
  });

  it("refuses an unknown option", () => {
    expect(() => cors({ allowOrigin: "*" } as never)).toThrow(
      /^cors: unknown option "allowOrigin"; it takes origin, /,
    );
  });
});
