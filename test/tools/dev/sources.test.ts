import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { cors } from "../../../middlewares/cors.ts";
import { serialize } from "../../../middlewares/serialize.ts";
import { pathParameter } from "../../../src/http/path.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";
import {
  type DevServer,
  type Handler,
  type RequestLog,
  type ServeOptions,
  type ServeSource,
  serve,
} from "../../../tools/dev/index.ts";

const servers: DevServer<never>[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

async function start<Source extends ServeSource = "v2">(
  routes: Record<string, Handler<Source>>,
  options: ServeOptions<Source> = {},
): Promise<DevServer<Source>> {
  const server = await serve(routes, { port: 0, log: false, ...options });
  servers.push(server);
  return server;
}

/** What a handler was invoked with, in a form that every source takes. */
const echo = async (event: unknown): Promise<object> => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(event),
  isBase64Encoded: false,
});

type Json = Record<string, unknown> & { requestContext: Record<string, unknown> };
const get = async (server: { url: string }, path: string, init?: RequestInit): Promise<Json> =>
  (await fetch(`${server.url}${path}`, init)).json() as Promise<Json>;

const seen = async (response: Response): Promise<[number, string | null, string]> => [
  response.status,
  response.headers.get("content-type"),
  await response.text(),
];

describe("source v1", () => {
  it("sends the event of a REST API, with the route's resource and its parameters encoded", async () => {
    const server = await start({ "PUT /users/{id}/{rest+}": echo }, { source: "v1" });
    const event = await get(server, "/users/a%20b/c%2Fd//e?tag=x&tag=y&q=a+b", {
      method: "PUT",
      headers: [
        ["X-Many", "1"],
        ["Cookie", "a=1"],
        ["Content-Type", "text/plain"],
      ],
      body: "grün",
    });
    expect(event).toMatchObject({
      resource: "/users/{id}/{rest+}",
      path: "/users/a%20b/c%2Fd//e",
      httpMethod: "PUT",
      headers: { "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http" },
      multiValueHeaders: { "X-Forwarded-Port": [String(server.port)] },
      queryStringParameters: { tag: "y", q: "a b" },
      multiValueQueryStringParameters: { tag: ["x", "y"], q: ["a b"] },
      pathParameters: { id: "a%20b", rest: "c%2Fd//e" },
      requestContext: {
        stage: "prod",
        path: "/users/a%20b/c%2Fd//e",
        resourcePath: "/users/{id}/{rest+}",
        identity: { sourceIp: "127.0.0.1" },
      },
      body: "grün",
      isBase64Encoded: false,
    });
  });

  it("reads lists of headers, and answers 502 to what a REST API does not understand", async () => {
    const multiValueHeaders = { "Set-Cookie": ["a=1", "b=2"], "X-Many": ["1", "2"] };
    const server = await start(
      {
        "GET /fine": async () => ({ statusCode: 200, multiValueHeaders, body: "{}" }),
        "GET /cookies": async () => ({ statusCode: 200, cookies: ["a=1"], body: "" }),
        "GET /bare": async () => ({ a: 1 }),
        "GET /throws": async () => {
          throw new Error("secret");
        },
      },
      { source: "v1" },
    );
    const fine = await fetch(`${server.url}/fine`);
    expect([fine.headers.getSetCookie(), fine.headers.get("x-many")]).toEqual([["a=1", "b=2"], "1, 2"]);
    expect(fine.headers.get("content-type")).toBe("application/json");
    for (const path of ["/cookies", "/bare", "/throws"]) {
      const response = await seen(await fetch(`${server.url}${path}`));
      expect([path, ...response]).toEqual([
        path,
        502,
        "application/json",
        '{"message":"Internal server error"}',
      ]);
    }
  });

  it("answers 403 where there is no route, as if credentials were missing", async () => {
    const server = await start({ "GET /users": echo }, { source: "v1" });
    for (const [path, method] of [
      ["/nowhere", "GET"],
      ["/users", "POST"],
    ] as const) {
      expect(await seen(await fetch(`${server.url}${path}`, { method }))).toEqual([
        403,
        "application/json",
        '{"message":"Missing Authentication Token"}',
      ]);
    }
  });
});

describe("source alb", () => {
  it("finds the handler by the server's own routes, of which the event knows nothing", async () => {
    const named =
      (name: string): Handler<"alb"> =>
      async event => ({
        ...(await echo(event)),
        headers: { "x-handler": name },
        body: JSON.stringify(event),
      });
    const server = await start(
      { "GET /users/{id}": named("one"), "GET /users": named("all") },
      { source: "alb" },
    );
    const one = await fetch(`${server.url}/users/a%20b?x=1%202&x=%33`, { headers: { "X-A": "1" } });
    expect(one.headers.get("x-handler")).toBe("one");
    const event = (await one.json()) as Json;
    expect(event).toMatchObject({
      requestContext: { elb: { targetGroupArn: expect.any(String) } },
      httpMethod: "GET",
      path: "/users/a%20b",
      queryStringParameters: { x: "%33" },
      headers: { "x-a": "1", "x-forwarded-for": "127.0.0.1" },
      body: "",
      isBase64Encoded: false,
    });
    expect(Object.keys(event)).not.toContain("pathParameters");
    expect(pathParameter(event, "id")).toBe("a b");
    expect((await fetch(`${server.url}/users`)).headers.get("x-handler")).toBe("all");
  });

  it("answers in HTML: 404 without a route, 502 to a response that is none, 413 over 1 MB", async () => {
    const server = await start(
      { "GET /bare": async () => ({ statusCode: 200, headers: {}, body: "" }), "POST /": echo },
      { source: "alb" },
    );
    const big = {
      method: "POST",
      body: "x".repeat(1024 * 1024 + 1),
      headers: { "content-type": "text/plain" },
    };
    for (const [path, init, status, title] of [
      ["/nowhere", {}, 404, "404 Not Found"],
      ["/bare", {}, 502, "502 Bad Gateway"],
      ["/", big, 413, "413 Content Too Large"],
    ] as const) {
      const response = await seen(await fetch(`${server.url}${path}`, init));
      expect(response).toEqual([status, "text/html", expect.stringContaining(`<h1>${title}</h1>`)]);
    }
  });
});

describe("source url", () => {
  it("keeps the path encoded, and names no route", async () => {
    const server = await start({ "GET /users/{id}": echo }, { source: "url" });
    const event = await get(server, "/users/a%20b");
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/users/a%20b",
      requestContext: { domainName: expect.stringContaining(".lambda-url."), stage: "$default" },
    });
    expect(Object.keys(event)).not.toContain("pathParameters");
    expect(pathParameter(event, "id")).toBe("a b");
  });

  it("answers 502 when the handler throws", async () => {
    const server = await start({ $default: () => Promise.reject(new Error("secret")) }, { source: "url" });
    expect(await seen(await fetch(server.url))).toEqual([502, "text/plain", "Internal Server Error"]);
  });
});

describe("a preflight", () => {
  const preflight = {
    method: "OPTIONS",
    headers: { Origin: "https://example.com", "Access-Control-Request-Method": "GET" },
  };

  it.each(["v1", "v2", "http-v1", "alb", "url"] as const)("is answered by cors() on %s", async source => {
    const handler = pipeline([cors(), serialize()], () => ({ ran: true }));
    const server = await start({ "GET /users/{id}": handler }, { source });
    const response = await fetch(`${server.url}/users/1`, preflight);
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
  });
});

describe("the stage", () => {
  it("may begin the path, as on AWS's own domain, or not", async () => {
    for (const source of ["v1", "v2", "http-v1"] as const) {
      const server = await start({ "GET /users/{id}": echo, "GET /": echo }, { source, stage: "dev" });
      const pathIn = ({ requestContext, rawPath }: Json): unknown => rawPath ?? requestContext.path;
      for (const path of ["/users/1", "/dev/users/1", "/", "/dev", "/dev/"]) {
        const event = await get(server, path);
        const expected = path === "/dev" ? "/dev/" : path;
        expect([source, path, pathIn(event), event.requestContext.stage]).toEqual([
          source,
          path,
          expected,
          "dev",
        ]);
        if (source === "v1") expect(event.path).toBe(expected.replace(/^\/dev/, ""));
        if (source === "http-v1") expect(event.path).toBe(expected);
      }
    }
  });

  it("is no part of any path unless it is named", async () => {
    const unnamed = await start({ "GET /{one}/{two}": echo }, { stage: "$default" });
    expect((await get(unnamed, "/$default/x")).rawPath).toBe("/$default/x");
    const server = await start({ "GET /prod/x": echo }, { source: "v1" });
    expect((await get(server, "/prod/x")).path).toBe("/prod/x");
  });
});

describe("the authorizer", () => {
  const caller = async <Source extends ServeSource>(options: ServeOptions<Source>): Promise<unknown> => {
    const { requestContext } = await get(await start({ "GET /": echo }, options), "/");
    return requestContext.authorizer ?? (requestContext.identity as Record<string, unknown>).userArn;
  };

  it("is on every request as the source has it", async () => {
    const jwt = { claims: { sub: "u1", exp: 5 }, scopes: ["read"] };
    expect(await caller({ authorizer: { jwt } })).toEqual({
      jwt: { claims: { sub: "u1", exp: "5" }, scopes: ["read"] },
    });
    expect(await caller({ source: "v1", authorizer: { jwt } })).toEqual({ claims: { sub: "u1", exp: "5" } });
    expect(await caller({ source: "v1", authorizer: { lambda: { level: 1 }, principalId: "u1" } })).toEqual({
      principalId: "u1",
      level: "1",
      integrationLatency: 0,
    });
    expect(await caller({ source: "v1", authorizer: { iam: { userArn: "arn:x" } } })).toBe("arn:x");
    expect(await caller({ source: "url", authorizer: { iam: { userArn: "arn:x" } } })).toMatchObject({
      iam: { userArn: "arn:x" },
    });
  });
});

describe("routes that are replaced", () => {
  it("serve from the next request on, while those in flight keep their handler", async () => {
    const { promise: working, resolve: begin } = Promise.withResolvers<void>();
    const server = await start({
      "GET /": async () => {
        begin();
        await sleep(30);
        return "old";
      },
    });
    const pending = fetch(server.url);
    await working;
    server.replaceRoutes({ "GET /": async () => "new", "GET /more": async () => "more" });
    expect(await (await fetch(server.url)).text()).toBe("new");
    expect(await (await fetch(`${server.url}/more`)).text()).toBe("more");
    expect(await (await pending).text()).toBe("old");
  });

  it("stay as they were when the new ones are wrong", async () => {
    const server = await start({ "GET /": async () => "old" });
    expect(() => server.replaceRoutes({ nonsense: async () => "new" })).toThrow(
      new TypeError('serve: "nonsense" is not a route key; write "GET /users/{id}", "ANY /x" or "$default"'),
    );
    expect(await (await fetch(server.url)).text()).toBe("old");
  });
});

describe("onRequest", () => {
  it("is given each request: its route, its status, how long it took, and why it failed", async () => {
    const entries: RequestLog[] = [];
    const error = new Error("secret");
    const server = await start(
      {
        "GET /users/{id}": async () => {
          await sleep(20);
          return { statusCode: 201 };
        },
        "ANY /fails": () => Promise.reject(error),
        "GET /bad": async () => ({ statusCode: 1000 }),
      },
      { onRequest: entry => entries.push(entry) },
    );
    for (const path of ["/users/1?page=2&token=secret", "/fails", "/bad", "/nowhere"])
      await fetch(`${server.url}${path}`);
    const ms = expect.any(Number);
    expect(entries).toEqual([
      {
        method: "GET",
        path: "/users/1",
        query: "?page=2&token=(hidden)",
        status: 201,
        ms,
        routeKey: "GET /users/{id}",
      },
      { method: "GET", path: "/fails", query: "", status: 500, ms, routeKey: "ANY /fails", error },
      {
        ...{ method: "GET", path: "/bad", query: "", status: 500, ms, routeKey: "GET /bad" },
        error: new TypeError("Malformed Lambda response: statusCode must be from 200 to 599"),
      },
      { method: "GET", path: "/nowhere", query: "", status: 404, ms, routeKey: undefined },
    ]);
    expect(entries[0]?.ms).toBeGreaterThanOrEqual(19);
  });
});

describe("options of a source", () => {
  it("that are wrong are refused at once", async () => {
    const stage =
      'serve: option "stage" must be the name of a stage, and only v1, v2 and http-v1 have stages';
    const cases: [options: unknown, message: string][] = [
      [{ source: "v3" }, 'serve: option "source" must be one of v1, v2, http-v1, alb, url'],
      [{ source: "constructor" }, 'serve: option "source" must be one of v1, v2, http-v1, alb, url'],
      [{ source: 1 }, 'serve: option "source" must be a string'],
      [{ stage: "a/b" }, stage],
      [{ stage: "" }, stage],
      [{ source: "alb", stage: "dev" }, stage],
      [{ source: "url", stage: "dev" }, stage],
      [{ authorizer: "ann" }, 'serve: option "authorizer" must be an object'],
      [{ authorizer: {} }, 'serve: option "authorizer" must have one of jwt, lambda and iam'],
      [
        { source: "alb", authorizer: { iam: {} } },
        'serve: option "authorizer" can\'t be iam: alb knows no such authorizer',
      ],
      [{ onRequest: true }, 'serve: option "onRequest" must be a function'],
    ];
    for (const [options, message] of cases) {
      await expect(serve({}, options as ServeOptions)).rejects.toThrow(new TypeError(message));
    }
  });
});
