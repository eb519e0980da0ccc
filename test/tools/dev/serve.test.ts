import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defineMiddleware } from "../../../src/core/middleware.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";
import { type DevServer, type Handler, type ServeOptions, serve } from "../../../tools/dev/index.ts";

const servers: DevServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

async function start(routes: Record<string, Handler>, options: ServeOptions = {}): Promise<DevServer> {
  const server = await serve(routes, { port: 0, log: false, ...options });
  servers.push(server);
  return server;
}

/** A handler that shows its event. */
const echo: Handler = async event => event;

type Sent = { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer };

/** Sends a request as it is written, with nothing normalized on the way. */
async function raw(
  server: DevServer,
  path: string,
  sent: Sent = {},
): Promise<IncomingMessage & { text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method = "GET", headers, body } = sent;
  httpRequest({ port: server.port, path, method, headers, agent: false }, resolve)
    .on("error", reject)
    .end(body);
  const response = await promise;
  return Object.assign(response, { text: await text(response) });
}

const eventOf = async (server: DevServer, path: string, sent?: Sent): Promise<APIGatewayProxyEventV2> =>
  JSON.parse((await raw(server, path, sent)).text);

/** Sends bytes on a bare connection and gives back all that comes until it ends. */
async function bytes(server: DevServer, sent: string): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  socket.end(sent);
  return text(socket);
}

const notFound = '{"message":"Not Found"}';
const serverError = '{"message":"Internal Server Error"}';

describe("the event", () => {
  it("is what an HTTP API makes of the request", async () => {
    const server = await start({ "POST /users/{id}": echo }, { allowHosts: ["api.example.com"] });
    const before = Date.now();
    const event = await eventOf(server, "/users/a%20b?tag=x&tag=y%2Cz&q=a+b&flag", {
      method: "POST",
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "test/1",
        "X-Many": ["1", "2"],
        Cookie: "a=1; b=2",
        Host: "api.example.com:8080",
      },
      body: '{"name":"Ann"}',
    });
    expect(event).toEqual({
      version: "2.0",
      routeKey: "POST /users/{id}",
      rawPath: "/users/a b",
      rawQueryString: "tag=x&tag=y%2Cz&q=a+b&flag",
      cookies: ["a=1", "b=2"],
      headers: {
        "content-length": "14",
        "content-type": "application/json; charset=utf-8",
        host: "api.example.com:8080",
        "user-agent": "test/1",
        "x-many": "1,2",
        "x-amzn-trace-id": expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24}$/),
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": String(server.port),
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { tag: "x,y,z", q: "a b", flag: "" },
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        domainName: "api.example.com",
        domainPrefix: "api",
        http: {
          method: "POST",
          path: "/users/a b",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "test/1",
        },
        requestId: expect.stringMatching(/^[\w+/]{15}=$/),
        routeKey: "POST /users/{id}",
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { id: "a b" },
      body: '{"name":"Ann"}',
      isBase64Encoded: false,
    });
    expect(event.requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
  });

  it("leaves out what the request does not have", async () => {
    const server = await start({ "GET /": echo });
    const event = await eventOf(server, "/");
    expect(Object.keys(event).sort()).toEqual(
      [
        "headers",
        "isBase64Encoded",
        "rawPath",
        "rawQueryString",
        "requestContext",
        "routeKey",
        "version",
      ].sort(),
    );
    expect(event).toMatchObject({ rawPath: "/", rawQueryString: "", isBase64Encoded: false });
    expect(event.headers["content-length"]).toBe("0");
    expect(event.requestContext.http.userAgent).toBe("");
  });

  it("has the body as text for the types that are text to AWS, and as base64 for all others", async () => {
    const server = await start({ "PUT /": echo });
    const text = [
      "text/plain",
      "TEXT/HTML; charset=utf-8",
      "application/json",
      "application/xml",
      "application/javascript",
    ];
    for (const type of text) {
      const event = await eventOf(server, "/", {
        method: "PUT",
        headers: { "content-type": type },
        body: "grün",
      });
      expect([type, event.body, event.isBase64Encoded]).toEqual([type, "grün", false]);
    }
    const binary = ["application/octet-stream", "application/x-www-form-urlencoded", "application/jsonx"];
    for (const type of [...binary, "multipart/form-data; boundary=x", "image/png", undefined]) {
      const body = Buffer.from([0, 255, 128, 10]);
      const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
      const event = await eventOf(server, "/", { method: "PUT", headers, body });
      expect([type, event.body, event.isBase64Encoded]).toEqual([type, body.toString("base64"), true]);
    }
  });

  it("keeps names that objects treat specially as plain names", async () => {
    const server = await start({ "GET /": echo });
    const { text } = await raw(server, "/?__proto__=1&constructor=2", { headers: { constructor: "3" } });
    expect(text).toContain('"queryStringParameters":{"__proto__":"1","constructor":"2"}');
    expect(JSON.parse(text).headers.constructor).toBe("3");
  });

  it("does not fail on a query that is malformed", async () => {
    const server = await start({ "GET /": echo });
    const event = await eventOf(server, "/?a=%zz&&=x&b=%ff");
    expect(event.rawQueryString).toBe("a=%zz&&=x&b=%ff");
    expect(event.queryStringParameters).toEqual({ a: "%zz", "": "x", b: "\uFFFD" });
  });

  it("adds the client to x-forwarded-for", async () => {
    const server = await start({ "GET /": echo });
    const event = await eventOf(server, "/", { headers: { "X-Forwarded-For": "10.0.0.1" } });
    expect(event.headers["x-forwarded-for"]).toBe("10.0.0.1, 127.0.0.1");
  });

  it("takes several cookie headers and the absolute form of a target", async () => {
    const server = await start({ "GET /x": echo }, { allowHosts: ["example.com"] });
    const response = await bytes(
      server,
      "GET http://example.com/x?y=1 HTTP/1.1\r\nHost: h\r\nCookie: a=1;b=2\r\nCookie: c=3\r\nConnection: close\r\n\r\n",
    );
    const event = JSON.parse(response.split("\r\n\r\n")[1] as string);
    expect(event).toMatchObject({ rawPath: "/x", rawQueryString: "y=1", cookies: ["a=1", "b=2", "c=3"] });
    expect(event.headers).not.toHaveProperty("cookie");
  });
});

describe("the context", () => {
  it("is Lambda's, with a clock that runs down from the timeout", async () => {
    const seen: Context[] = [];
    const handler: Handler = async (_event, context) => {
      seen.push(context);
      const first = context.getRemainingTimeInMillis();
      await sleep(20);
      return { first, second: context.getRemainingTimeInMillis() };
    };
    const server = await start({ "GET /users/{id}": handler }, { timeout: 5000 });
    const { first, second } = JSON.parse((await raw(server, "/users/1")).text);
    expect(first).toBeLessThanOrEqual(5000);
    expect(first).toBeGreaterThan(4000);
    expect(second).toBeLessThanOrEqual(first - 19);
    await raw(server, "/users/1");
    expect(seen[0]).toMatchObject({
      functionName: "GET-users-id",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:GET-users-id",
      memoryLimitInMB: "1024",
      callbackWaitsForEmptyEventLoop: true,
    });
    expect(seen[0]?.awsRequestId).toMatch(/^[\da-f-]{36}$/);
    expect(seen[1]?.awsRequestId).not.toBe(seen[0]?.awsRequestId);
  });

  it("ends with a 500 when the time is up", async () => {
    const lines: string[] = [];
    const server = await start(
      { "GET /": () => sleep(60_000, undefined, { ref: false }) },
      { timeout: 30, log: line => lines.push(line) },
    );
    const response = await raw(server, "/");
    expect([response.statusCode, response.text]).toEqual([500, serverError]);
    expect(lines[0]).toContain("Task timed out after 0.03 seconds");
  });
});

describe("routes", () => {
  const named =
    (name: string): Handler =>
    async event =>
      `${name} ${event.routeKey} ${JSON.stringify(event.pathParameters ?? {})}`;

  it("go by the most specific path, then the method, then ANY, then $default", async () => {
    const keys = [
      "GET /pets/dog/1",
      "GET /pets/dog/{id}",
      "GET /pets/{proxy+}",
      "ANY /pets/cat",
      "GET /pets/cat",
      "ANY /{all+}",
      "$default",
    ];
    const server = await start(Object.fromEntries(keys.map(key => [key, named("")])));
    const cases: [method: string, path: string, expected: string][] = [
      ["GET", "/pets/dog/1", " GET /pets/dog/1 {}"],
      ["GET", "/pets/dog/2", ' GET /pets/dog/{id} {"id":"2"}'],
      ["GET", "/pets/dog/2/x", ' GET /pets/{proxy+} {"proxy":"dog/2/x"}'],
      ["GET", "/pets/cat", " GET /pets/cat {}"],
      ["PUT", "/pets/cat", " ANY /pets/cat {}"],
      ["POST", "/pets/dog/1", ' ANY /{all+} {"all":"pets/dog/1"}'],
      ["GET", "/pets/a%2Fb//c", ' GET /pets/{proxy+} {"proxy":"a/b//c"}'],
    ];
    for (const [method, path, expected] of cases) {
      expect([path, (await raw(server, path, { method })).text]).toEqual([path, expected]);
    }
    const only = await start({ $default: named("") });
    expect((await raw(only, "/any/thing")).text).toBe(" $default {}");
  });

  it("that no request fits are 404, like another method, a slash too many, or a name of Object.prototype", async () => {
    const handler = vi.fn(named(""));
    const server = await start({ "GET /users": handler, "GET /users/{id}": handler, "POST /pay": handler });
    const paths = [
      "/",
      "/user",
      "/users/",
      "/users/1/",
      "/users/1/2",
      "/users//",
      "//users",
      "/pay",
      "/__proto__",
      "/constructor",
      "/Users",
    ];
    for (const path of paths) {
      const response = await raw(server, path);
      expect([path, response.statusCode, response.text]).toEqual([path, 404, notFound]);
      expect(response.headers["content-type"]).toBe("application/json");
    }
    const one = await start({ "GET /{id}": handler });
    expect((await raw(one, "/")).statusCode).toBe(404);
    expect(handler).not.toHaveBeenCalled();
  });

  it("match escaped paths and odd variable names", async () => {
    const server = await start({
      "GET /a.b/{user-id}/{x.y}": named(""),
      "GET /~me": named(""),
      "GET /grün*": named(""),
    });
    expect((await raw(server, "/a%2Eb/%E2%82%AC%2F1/2")).text).toBe(
      ' GET /a.b/{user-id}/{x.y} {"user-id":"€/1","x.y":"2"}',
    );
    expect((await raw(server, "/%7Eme")).statusCode).toBe(200);
    expect((await raw(server, "/gr%C3%BCn*")).statusCode).toBe(200);
    expect((await raw(server, "/gr%C3%BCnes")).statusCode).toBe(404);
  });

  it("take a greedy variable only behind a slash", async () => {
    const server = await start({ "GET /files/{path+}": named("") });
    expect((await raw(server, "/files")).statusCode).toBe(404);
    expect((await raw(server, "/files/")).text).toBe(' GET /files/{path+} {"path":""}');
    expect((await raw(server, "/files/a/")).text).toBe(' GET /files/{path+} {"path":"a/"}');
    const root = await start({ "ANY /{path+}": named("") });
    expect((await raw(root, "/")).text).toBe(' ANY /{path+} {"path":""}');
  });

  it("answer a malformed path with 400, and the server goes on", async () => {
    const server = await start({ $default: echo });
    for (const path of ["/%", "/%zz", "/a/%ff", "/%C3%28", "*"]) {
      const response = await raw(server, path);
      expect([path, response.statusCode, response.text]).toEqual([path, 400, '{"message":"Bad Request"}']);
    }
    expect((await raw(server, "/ok")).statusCode).toBe(200);
  });

  it("that are wrong are refused at once", async () => {
    // What is written instead is shown by the tests of route keys.
    for (const key of [
      "",
      "GET",
      "get /x",
      "GET x",
      "FETCH /x",
      "GET /x/",
      "GET /{a+}/b",
      "GET /x{id}",
      "GET /{}",
    ]) {
      await expect(serve({ [key]: echo }, { port: 0 })).rejects.toThrow(
        expect.toSatisfy(
          error =>
            error instanceof TypeError &&
            error.message.startsWith(`serve: "${key}" is not a route key; write "`),
        ),
      );
    }
    await expect(serve({ "GET /{a}": echo, "GET /{b}": echo }, { port: 0 })).rejects.toThrow(
      new TypeError('serve: "GET /{b}" and "GET /{a}" are the same route'),
    );
    await expect(serve({ "GET /{a}/{a}": echo }, { port: 0 })).rejects.toThrow(
      new TypeError('serve: "GET /{a}/{a}" names a variable twice'),
    );
    await expect(serve({ "GET /": "no" as never }, { port: 0 })).rejects.toThrow(
      new TypeError('serve: the handler of "GET /" must be a function'),
    );
  });
});

describe("HEAD", () => {
  it("needs a HEAD or ANY route, and has the headers of a body that is not sent", async () => {
    const handler: Handler = async () => ({ statusCode: 200, body: "12345" });
    const server = await start({ "GET /get": handler, "ANY /any": handler, "HEAD /head": handler });
    expect((await raw(server, "/get", { method: "HEAD" })).statusCode).toBe(404);
    for (const path of ["/any", "/head"]) {
      const response = await raw(server, path, { method: "HEAD" });
      expect([response.statusCode, response.text, response.headers["content-length"]]).toEqual([
        200,
        "",
        "5",
      ]);
    }
  });
});

describe("a preflight", () => {
  const preflight = { Origin: "https://example.com", "Access-Control-Request-Method": "DELETE" };
  const cors = (name: string) =>
    defineMiddleware({
      name,
      preflights: true,
      before: () => ({ statusCode: 204, headers: { "access-control-allow-origin": "*" } }),
    });

  it("without a route goes to the handler of the method asked for, under a key of its own", async () => {
    const get = vi.fn(echo);
    const server = await start({ "GET /x/{id}": get, "DELETE /x/{id}": echo });
    const event = await eventOf(server, "/x/1", { method: "OPTIONS", headers: preflight });
    expect(event).toMatchObject({ routeKey: "OPTIONS /x/{id}", pathParameters: { id: "1" } });
    expect(event.requestContext.http.method).toBe("OPTIONS");
    expect(get).not.toHaveBeenCalled();
  });

  it("goes to another handler on the path when the method has none, and to no other path", async () => {
    const server = await start({ "GET /x": echo });
    expect((await raw(server, "/x", { method: "OPTIONS", headers: preflight })).statusCode).toBe(200);
    expect((await raw(server, "/y", { method: "OPTIONS", headers: preflight })).statusCode).toBe(404);
  });

  it("never runs a chain that has no CORS", async () => {
    const remove = vi.fn();
    const list = vi.fn();
    const server = await start({
      "DELETE /x": pipeline([defineMiddleware({ name: "nothing", before: () => undefined })], remove),
      "GET /x": pipeline([cors("cors")], list),
      "DELETE /y": pipeline([defineMiddleware({ name: "nothing", before: () => undefined })], remove),
    });
    const response = await raw(server, "/x", { method: "OPTIONS", headers: preflight });
    expect([response.statusCode, response.headers["access-control-allow-origin"]]).toEqual([204, "*"]);
    expect((await raw(server, "/y", { method: "OPTIONS", headers: preflight })).statusCode).toBe(404);
    expect(remove).not.toHaveBeenCalled();
    expect(list).not.toHaveBeenCalled();
  });

  it("prefers an OPTIONS or ANY route, and the resource to $default", async () => {
    const server = await start({
      "OPTIONS /a": echo,
      "GET /a": echo,
      "ANY /b": echo,
      "GET /c": echo,
      $default: echo,
    });
    const keyAt = async (path: string) =>
      (await eventOf(server, path, { method: "OPTIONS", headers: preflight })).routeKey;
    expect(await keyAt("/a")).toBe("OPTIONS /a");
    expect(await keyAt("/b")).toBe("ANY /b");
    expect(await keyAt("/c")).toBe("OPTIONS /c");
    expect(await keyAt("/d")).toBe("$default");
  });

  it("is none without its headers: plain OPTIONS is 404", async () => {
    const handler = vi.fn(echo);
    const server = await start({ "GET /x": handler });
    expect((await raw(server, "/x", { method: "OPTIONS" })).statusCode).toBe(404);
    expect(handler).not.toHaveBeenCalled();
  });
});

describe("the response", () => {
  const serving = async (result: unknown, options?: ServeOptions): Promise<DevServer> =>
    start({ "GET /": async () => result }, options);

  it("has status, headers and body as the handler says", async () => {
    const server = await serving({
      statusCode: 201,
      headers: { Location: "/users/1", "X-Number": 5, "x-flag": true, "Content-Type": "application/json" },
      body: '{"id":"1"}',
    });
    const response = await raw(server, "/");
    expect([response.statusCode, response.text]).toEqual([201, '{"id":"1"}']);
    expect(response.headers).toMatchObject({
      location: "/users/1",
      "x-number": "5",
      "x-flag": "true",
      "content-type": "application/json",
      "content-length": "10",
    });
  });

  it("sets each cookie by a header of its own, and never splits one", async () => {
    const cookies = ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2; HttpOnly"];
    const server = await serving({ statusCode: 200, cookies, headers: { "Set-Cookie": "c=3" } });
    expect((await raw(server, "/")).headers["set-cookie"]).toEqual(["c=3", ...cookies]);
  });

  it("decodes base64 bodies to the byte", async () => {
    const data = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const server = await serving({
      statusCode: 200,
      headers: { "content-type": "image/png" },
      body: data.toString("base64"),
      isBase64Encoded: true,
    });
    const response = await fetch(server.url);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(data);
  });

  it("is plain text when a body has no type, and has none when it is empty", async () => {
    const plain = await raw(await serving({ statusCode: 200, body: "hi" }), "/");
    expect(plain.headers["content-type"]).toBe("text/plain;charset=UTF-8");
    for (const result of [
      { statusCode: 200 },
      { statusCode: 200, body: "" },
      { statusCode: 200, body: null, headers: null },
    ]) {
      const empty = await raw(await serving(result), "/");
      expect([empty.statusCode, empty.text, empty.headers["content-length"]]).toEqual([200, "", "0"]);
      expect(empty.headers).not.toHaveProperty("content-type");
    }
  });

  it("has neither body nor length on 204 and 304", async () => {
    for (const statusCode of [204, 304]) {
      const response = await raw(await serving({ statusCode, headers: { etag: '"1"' }, body: "no" }), "/");
      expect([response.statusCode, response.text, response.headers.etag]).toEqual([statusCode, "", '"1"']);
      expect(response.headers).not.toHaveProperty("content-length");
    }
  });

  it("is a 200 of JSON when the handler returns no status", async () => {
    const cases: [returned: unknown, body: string][] = [
      [{ a: 1, body: "b" }, '{"a":1,"body":"b"}'],
      [[1, 2], "[1,2]"],
      ["text", "text"],
      [7, "7"],
      [null, "null"],
      [undefined, "null"],
      [{ at: new Date(0), gone: undefined }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ];
    for (const [returned, body] of cases) {
      const response = await raw(await serving(returned), "/");
      expect([response.statusCode, response.headers["content-type"], response.text]).toEqual([
        200,
        "application/json",
        body,
      ]);
    }
  });

  it("is 500 and logged when the result is malformed", async () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const malformed: unknown[] = [
      ...[null, "abc", true, 99, 199, 600, 200.5, {}, []].map(statusCode => ({ statusCode })),
      ...[
        { body: {} },
        { body: 5 },
        { body: "%%%%", isBase64Encoded: true },
        { body: "abc", isBase64Encoded: true },
      ].map(rest => ({ statusCode: 200, ...rest })),
      ...[
        { headers: "x" },
        { headers: [] },
        { headers: { a: {} } },
        { headers: { a: null } },
        { headers: { "a b": "1" } },
      ].map(rest => ({ statusCode: 200, ...rest })),
      ...[{ cookies: "a=1" }, { cookies: [1] }].map(rest => ({ statusCode: 200, ...rest })),
      loop,
      { statusCode: 200, body: 1n },
      "x".repeat(6 * 1024 * 1024),
    ];
    for (const [index, result] of malformed.entries()) {
      const lines: string[] = [];
      const response = await raw(await serving(result, { log: line => lines.push(line) }), "/");
      expect([index, response.statusCode, response.text]).toEqual([index, 500, serverError]);
      expect(lines).toEqual([
        expect.stringMatching(/^GET \/ failed: (Type|Range)Error/),
        expect.stringMatching(/^GET \/ 500 \d+ ms$/),
      ]);
    }
  });

  it("can't be split by what a header or cookie holds", async () => {
    const bad = ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rb", "a\0b", "€"];
    for (const value of bad) {
      for (const result of [
        { headers: { "x-a": value } },
        { cookies: [value] },
        { headers: { [value]: "x" } },
      ]) {
        const response = await raw(await serving({ statusCode: 200, body: "ok", ...result }), "/");
        expect([value, response.statusCode, response.text]).toEqual([value, 500, serverError]);
        expect(response.headers).not.toHaveProperty("x-evil");
      }
    }
  });

  it("counts its own length and keeps its connection, whatever the handler says of them", async () => {
    const headers = {
      "Content-Length": "1",
      Connection: "close",
      "Transfer-Encoding": "chunked",
      Upgrade: "h2c",
    };
    const response = await raw(await serving({ statusCode: 200, headers, body: "grün" }), "/");
    expect([response.text, response.headers["content-length"]]).toEqual(["grün", "5"]);
    expect(response.headers).not.toHaveProperty("transfer-encoding");
    expect(response.headers).not.toHaveProperty("upgrade");
  });
});

describe("a handler that throws", () => {
  it("is 500 with nothing of the error in it, and the stack is logged", async () => {
    const failures: [handler: Handler, logged: string][] = [
      [async () => Promise.reject(new RangeError("secret")), "RangeError: secret"],
      [
        () => {
          throw new Error("early");
        },
        "Error: early",
      ],
      [async () => Promise.reject("a string"), "It threw a string"],
      [async () => Promise.reject(undefined), "It threw undefined"],
    ];
    for (const [handler, logged] of failures) {
      const lines: string[] = [];
      const server = await start({ "GET /x": handler }, { log: line => lines.push(line) });
      const response = await raw(server, "/x?token=1");
      expect([response.statusCode, response.text]).toEqual([500, serverError]);
      expect(lines[0]).toContain(`GET /x?token=(hidden) failed: ${logged}`);
      expect(lines[1]).toMatch(/^GET \/x\?token=\(hidden\) 500 \d+ ms$/);
    }
  });
});

describe("bodies", () => {
  it("may be as large as Lambda takes, and one byte more is 413", async () => {
    const limit = 6 * 1024 * 1024;
    const handler = vi.fn<Handler>(async event => event.body?.length);
    const server = await start({ "POST /": handler });
    const send = (length: number, type: string) =>
      fetch(server.url, {
        method: "POST",
        body: Buffer.alloc(length, 97),
        headers: { "content-type": type },
      });
    expect(await (await send(limit, "text/plain")).json()).toBe(limit);
    expect(await (await send((limit / 4) * 3, "image/png")).json()).toBe(limit);
    for (const response of [
      await send(limit + 1, "text/plain"),
      await send((limit / 4) * 3 + 1, "image/png"),
    ]) {
      expect([response.status, await response.text()]).toEqual([
        413,
        '{"message":"Request Entity Too Large"}',
      ]);
    }
    expect(handler).toHaveBeenCalledTimes(2);
    expect((await send(1, "text/plain")).status).toBe(200);
  });

  it("that come in chunks are put together", async () => {
    const server = await start({ "POST /": echo });
    const response = await bytes(
      server,
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    );
    const event = JSON.parse(response.split("\r\n\r\n")[1] as string);
    expect(event.body).toBe("abcde");
    expect(event.headers).not.toHaveProperty("transfer-encoding");
  });

  it("that break off reach no handler, and the server goes on", async () => {
    const handler = vi.fn(echo);
    const lines: string[] = [];
    const server = await start({ "POST /": handler }, { log: line => lines.push(line) });
    const socket = connect(server.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly this");
    await sleep(30);
    socket.destroy();
    await vi.waitFor(() => expect(lines).toEqual([expect.stringMatching(/^POST \/ aborted \d+ ms$/)]));
    expect(handler).not.toHaveBeenCalled();
    expect((await raw(server, "/", { method: "POST", body: "x" })).statusCode).toBe(200);
  });
});

describe("the server", () => {
  it("answers many requests at once, each with its own", async () => {
    const handler: Handler = async event => {
      await sleep(Math.random() * 20);
      return { statusCode: 200, body: event.pathParameters?.id };
    };
    const server = await start({ "GET /{id}": handler });
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    const bodies = await Promise.all(ids.map(async id => (await fetch(`${server.url}/${id}`)).text()));
    expect(bodies).toEqual(ids);
  });

  it("survives a client that goes away while the handler works", async () => {
    const lines: string[] = [];
    const { promise: working, resolve: begin } = Promise.withResolvers<void>();
    const slow: Handler = async () => {
      begin();
      await sleep(50);
      return "late";
    };
    const server = await start({ "GET /": slow }, { log: line => lines.push(line) });
    const controller = new AbortController();
    const response = fetch(server.url, { signal: controller.signal });
    await working;
    controller.abort();
    await expect(response).rejects.toThrow("aborted");
    await vi.waitFor(() => expect(lines).toEqual([expect.stringMatching(/^GET \/ aborted \d+ ms$/)]));
    expect((await raw(server, "/")).text).toBe("late");
  });

  it("looks for a route when it is ready, also when routes were replaced in the meantime", async () => {
    const { promise: isReady, resolve: begin } = Promise.withResolvers<void>();
    const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
    const ready = (): Promise<void> => {
      ask();
      return isReady;
    };
    const server = await start({ "GET /": async () => "old" }, { ready });
    const response = raw(server, "/new");
    await isAsked;
    server.replaceRoutes({ "GET /new": async () => "new" });
    begin();
    expect(await response).toMatchObject({ statusCode: 200, text: "new" });
  });

  it("forgets a request whose client goes away before it is ready", async () => {
    const lines: string[] = [];
    const { promise: isReady, resolve: begin } = Promise.withResolvers<void>();
    const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
    const ready = (): Promise<void> => {
      ask();
      return isReady;
    };
    const handler = vi.fn(echo);
    const server = await start({ "GET /": handler }, { ready, log: line => lines.push(line) });
    const other = await start({ "GET /": echo });
    const controller = new AbortController();
    const response = fetch(server.url, { signal: controller.signal });
    await isAsked;
    controller.abort();
    await expect(response).rejects.toThrow("aborted");
    // The server sees the end of the connection before it answers another.
    await raw(other, "/");
    begin();
    await vi.waitFor(() => expect(lines).toEqual([expect.stringMatching(/^GET \/ aborted \d+ ms$/)]));
    expect(handler).not.toHaveBeenCalled();
  });

  it("survives bytes that are not HTTP", async () => {
    const server = await start({ "GET /": echo });
    expect(await bytes(server, "\x16\x03\x01 nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect((await raw(server, "/")).statusCode).toBe(200);
  });

  it("logs one line for each request, with its query, without credentials", async () => {
    const lines: string[] = [];
    const server = await start({ "GET /a": echo }, { log: line => lines.push(line) });
    await raw(server, "/a?page=2&token=secret&q=a%20b");
    await raw(server, "/b", { method: "DELETE" });
    expect(lines).toEqual([
      expect.stringMatching(/^GET \/a\?page=2&token=\(hidden\)&q=a%20b 200 \d+ ms$/),
      expect.stringMatching(/^DELETE \/b 404 \d+ ms$/),
    ]);
  });

  it("logs to the console unless asked otherwise", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const server = await start({ "GET /": echo }, { log: undefined });
    await raw(server, "/");
    expect(log.mock.calls).toEqual([[expect.stringMatching(/^GET \/ 200 \d+ ms$/)]]);
    log.mockRestore();
  });

  it("finishes the requests in flight when it is closed, and takes no more", async () => {
    const { promise: working, resolve: begin } = Promise.withResolvers<void>();
    const slow: Handler = async () => {
      begin();
      await sleep(60);
      return "done";
    };
    const server = await start({ "GET /": slow });
    const pending = fetch(server.url);
    await working;
    const closing = server.close();
    await expect(fetch(server.url)).rejects.toThrow();
    expect(await (await pending).text()).toBe("done");
    await closing;
    await server.close();
  });

  it("closes at once although connections are kept alive or were never used", {
    timeout: 30_000,
  }, async () => {
    const server = await start({ "GET /": echo });
    await (await fetch(server.url)).text();
    const silent = connect(server.port, "127.0.0.1");
    await new Promise(resolve => silent.once("connect", resolve));
    const half = connect(server.port, "127.0.0.1");
    half.write("GET / HT");
    await sleep(20);
    // Node waits a minute for the rest of a request.
    await server.close();
    silent.destroy();
    half.destroy();
  });

  it("says in one line that a port is in use, or not allowed, or a host is unknown", async () => {
    const { port } = await start({ "GET /": echo });
    await expect(serve({}, { port })).rejects.toThrow(
      new Error(`Port ${port} is in use; set PORT to another`),
    );
    await expect(serve({}, { port: 0, host: "256.0.0.1" })).rejects.toThrow(
      /^Cannot listen on 256\.0\.0\.1:0 \(E[A-Z_]+\)$/,
    );
  });

  it("refuses wrong options at once", async () => {
    const cases: [options: unknown, message: string][] = [
      [{ port: -1 }, 'serve: option "port" must be a whole number of at least 0'],
      [{ port: "3000" }, 'serve: option "port" must be a whole number of at least 0'],
      [{ port: Number.NaN }, 'serve: option "port" must be a whole number of at least 0'],
      [{ port: 65_536 }, 'serve: option "port" must be at most 65535'],
      [{ host: 1 }, 'serve: option "host" must be a string'],
      [{ log: true }, 'serve: option "log" must be a function or false'],
      [{ log: "x" }, 'serve: option "log" must be a function or false'],
      [{ timeout: 0 }, 'serve: option "timeout" must be from 1 to 900000, which is 15 minutes'],
      [{ timeout: 900_001 }, 'serve: option "timeout" must be from 1 to 900000, which is 15 minutes'],
      [
        { hostname: "x" },
        'serve: unknown option "hostname"; it takes port, host, allowHosts, log, onRequest, ready, timeout, source, authorizer, stage',
      ],
    ];
    for (const [options, message] of cases) {
      await expect(serve({}, options as ServeOptions)).rejects.toThrow(new TypeError(message));
    }
  });

  it("says the address it can be reached at", async () => {
    const server = await start({ "GET /": echo });
    expect(server.url).toBe(`http://localhost:${server.port}`);
    expect((await fetch(server.url)).status).toBe(200);
    const everywhere = await start({ "GET /": echo }, { host: "0.0.0.0" });
    expect(everywhere.url).toBe(`http://localhost:${everywhere.port}`);
  });
});
