import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ApiOptions, api } from "../../api/api.ts";
import { rebuildApi } from "../../api/entries.ts";
import { resource } from "../../api/resource.ts";
import { cors } from "../../middlewares/cors.ts";
import { errors } from "../../middlewares/errors.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { pathParameter } from "../../src/http/path.ts";
import { readMethod } from "../../src/http/read.ts";
import { sourceOf } from "../../src/http/source.ts";
import type { HttpEvent } from "../../src/http/types.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { type LambdaHandler, pipeline } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";
import { serve } from "../../tools/dev/serve.ts";
import { anyEvent } from "../support/anyEvent.ts";
import {
  decodesPaths,
  type EventSource,
  eventOf,
  received,
  sources,
  type TestRequest,
} from "../support/events.ts";

interface User {
  id: string;
  name: string;
}

/** Returns what it was given. */
const echo = (name: string): LambdaHandler =>
  pipeline([errors(), cors(), serialize()], (event: HttpEvent) => ({
    name,
    method: readMethod(event),
    parameters: Object.fromEntries(
      Object.keys(event.pathParameters ?? {}).map(key => [key, pathParameter(event, key)]),
    ),
  }));

function makeApi(options: ApiOptions = {}) {
  const Users = memoryModel<User>({
    name: "User",
    objects: [
      { id: "ann", name: "Ann" },
      { id: "a b/ü", name: "Odd" },
    ],
  });
  const users = resource(Users, { serializer: pick("id", "name"), required: ["name"], optional: ["id"] });
  return api(
    {
      users,
      "POST /login": echo("login"),
      "GET /files/{path+}": echo("files"),
      "ANY /any": echo("any"),
      "PUT /users/me": echo("me"),
      "DELETE /closed": pipeline([errors(), serialize()], () => "ran"),
    },
    options,
  );
}

interface Seen {
  status: number;
  headers: Record<string, string | string[]>;
  body: unknown;
}

async function ask(
  handler: (event: unknown, context: object) => Promise<unknown>,
  source: EventSource,
  request: TestRequest,
): Promise<Seen> {
  const { status, headers, body } = received(source, await handler(eventOf(source, request), {}));
  return { status, headers, body: body.length > 0 ? JSON.parse(body.toString()) : undefined };
}
const json = (body: unknown): TestRequest => ({
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
describe.each(sources)("one Lambda behind %s", source => {
  const { handler } = makeApi();
  const at = (method: string, path: string, more: TestRequest = {}): Promise<Seen> =>
    ask(handler, source, { method, path, route: "$default", ...more });

  it("serves all verbs of a resource", async () => {
    const api = makeApi().handler;
    const on = (method: string, path: string, more: TestRequest = {}): Promise<Seen> =>
      ask(api, source, { method, path, ...more });
    const created = await on("POST", "/users", json({ id: "bob", name: "Bob" }));
    expect([created.status, created.body]).toEqual([201, { id: "bob", name: "Bob" }]);
    expect(created.headers.location).toBe(`${source === "rest" ? "/dev" : ""}/users/bob`);
    expect((await on("GET", "/users/bob")).body).toEqual({ id: "bob", name: "Bob" });
    expect((await on("PATCH", "/users/bob", json({ name: "Bo" }))).body).toEqual({ id: "bob", name: "Bo" });
    expect((await on("PUT", "/users/bob", json({ name: "B" }))).body).toEqual({ id: "bob", name: "B" });
    expect((await on("DELETE", "/users/bob")).status).toBe(204);
    expect((await on("GET", "/users/bob")).status).toBe(404);
    expect(((await on("GET", "/users")).body as User[]).length).toBe(2);
  });

  it("serves single handlers, greedy variables and any method, and the more specific path first", async () => {
    const seen = async (method: string, path: string): Promise<unknown> => (await at(method, path)).body;
    expect(await seen("POST", "/login")).toEqual({ name: "login", method: "POST", parameters: {} });
    expect(await seen("GET", "/files/a/b%20c")).toEqual({
      name: "files",
      method: "GET",
      parameters: { path: "a/b c" },
    });
    expect(await seen("PATCH", "/any")).toEqual({ name: "any", method: "PATCH", parameters: {} });
    expect(await seen("PUT", "/users/me")).toEqual({ name: "me", method: "PUT", parameters: {} });
    expect((await at("GET", "/users/me")).status).toBe(404);
  });

  it("takes no notice of one slash at the end", async () => {
    expect((await at("GET", "/users/")).status).toBe(200);
    expect((await at("GET", "/users/ann/")).body).toEqual({ id: "ann", name: "Ann" });
    expect((await at("GET", "/users//")).status).toBe(404);
  });

  it("decodes the path once", async () => {
    const odd = await at("GET", "/files/a%2520b");
    expect((odd.body as { parameters: unknown }).parameters).toEqual({ path: "a%20b" });
    const percent = await at("GET", "/files/100%25");
    expect((percent.body as { parameters: unknown }).parameters).toEqual({ path: "100%" });
    expect((await at("GET", "/us%65rs")).status).toBe(200);
    expect((await at("GET", "/us%2565rs")).status).toBe(404);
    if (!decodesPaths(source)) {
      expect((await at("GET", "/users/a%20b%2F%C3%BC")).body).toEqual({ id: "a b/ü", name: "Odd" });
      const bad = await at("GET", "/users/%E0%A4%A");
      expect([bad.status, bad.body]).toEqual([400, { code: 400, message: "Malformed path" }]);
    }
  });

  it("answers 404 where no path fits, in the form of all errors and with CORS headers", async () => {
    for (const path of ["/", "/nowhere", "/users/ann/posts", "/files", "/__proto__"]) {
      const { status, headers, body } = await at("GET", path);
      expect([status, body]).toEqual([404, { code: 404, message: "Resource Not Found" }]);
      expect(headers["access-control-allow-origin"]).toBe("*");
    }
  });

  it("answers 405 with what is allowed", async () => {
    for (const [method, path, allow] of [
      ["PATCH", "/users", "GET, HEAD, POST, OPTIONS"],
      ["POST", "/users/ann", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"],
      ["GET", "/login", "POST, OPTIONS"],
      ["HEAD", "/closed", "DELETE, OPTIONS"],
    ] as const) {
      const { status, headers, body } = await at(method, path);
      expect([status, headers.allow, headers["access-control-allow-origin"]]).toEqual([405, allow, "*"]);
      expect(body).toEqual(method === "HEAD" ? undefined : { code: 405, message: "Method Not Allowed" });
    }
  });

  it("serves HEAD from GET, headers and all, without the body", async () => {
    const head = await at("HEAD", "/users/ann");
    const get = await at("GET", "/users/ann");
    expect(head).toEqual({ ...get, body: undefined });
    expect(head.headers.etag).toMatch(/^"/);
    expect((await at("HEAD", "/nowhere")).body).toBeUndefined();
  });

  it("leaves a preflight request to the handler that it is about", async () => {
    const ofMethod = (method: string): TestRequest => ({
      headers: { Origin: "https://a.example", "Access-Control-Request-Method": method },
    });
    const { status, headers } = await at("OPTIONS", "/users/ann", ofMethod("PATCH"));
    expect([status, headers["access-control-allow-origin"]]).toEqual([204, "*"]);
    expect(headers.allow).toBeUndefined();
    const closed = await at("OPTIONS", "/closed", ofMethod("DELETE"));
    expect([closed.status, closed.body, closed.headers]).toEqual([
      204,
      undefined,
      { allow: "DELETE, OPTIONS" },
    ]);
    expect((await at("OPTIONS", "/nowhere", ofMethod("GET"))).status).toBe(404);
  });

  it("answers any other OPTIONS request with what is allowed", async () => {
    const { status, headers, body } = await at("OPTIONS", "/users");
    expect([status, headers, body]).toEqual([204, { allow: "GET, HEAD, POST, OPTIONS" }, undefined]);
    expect((await at("OPTIONS", "/any")).body).toMatchObject({ name: "any", method: "OPTIONS" });
  });

  it("knows its routes behind a prefix and a base path", async () => {
    const { handler: prefixed, routes } = makeApi({ prefix: "/v1", basePath: "/shop" });
    expect(routes[0]?.path).toBe("/v1/users");
    for (const [path, status] of [
      ["/v1/users", 200],
      ["/shop/v1/users/ann", 200],
      ["/users", 404],
      ["/shop/users", 404],
      ["/shop", 404],
    ] as const) {
      expect([path, (await ask(prefixed, source, { path })).status]).toEqual([path, status]);
    }
  });

  it("leaves the event as it was", async () => {
    const event = eventOf(source, { path: "/users/ann" });
    const before = structuredClone(event);
    await handler(Object.freeze(event), {});
    expect(event).toEqual(before);
  });
});

describe("the stage", () => {
  const { handler } = makeApi();

  it("of an HTTP API is not part of the route, and a first segment of its name still may be", async () => {
    const statusOf = async (path: string, stage: string, rawPath: string): Promise<number> =>
      ((await handler({ ...eventOf("http", { path, stage }), rawPath }, {})) as { statusCode: number })
        .statusCode;
    expect(await statusOf("/users", "prod", "/prod/users")).toBe(200);
    expect(await statusOf("/users", "prod", "/users")).toBe(200);
    expect(await statusOf("/users/ann", "users", "/users/ann")).toBe(200);
    expect(await statusOf("/users/ann", "users", "/users/users/ann")).toBe(200);
    expect(await statusOf("/users", "prod", "/test/users")).toBe(404);
  });

  it("of a REST API is taken off where only the context has the path", async () => {
    const event = { ...eventOf("rest", { path: "/users/ann" }), path: undefined };
    expect(await handler(event, {})).toMatchObject({ statusCode: 200 });
  });
});

describe("what is not an HTTP request", () => {
  const { handler } = makeApi();

  it("is answered when it is a warmup", async () => {
    expect(await handler({ source: "serverless-plugin-warmup" }, {})).toBe("warmup");
    const custom = makeApi({ warmup: { isWarmingUp: event => (event as { hot?: unknown })?.hot === 1 } });
    expect(await custom.handler({ hot: 1 }, {})).toBe("warmup");
  });

  it("is 400 when it is not a warmup", async () => {
    const queue = { Records: [{ messageId: "1", eventSource: "aws:sqs", body: "{}" }] };
    for (const event of [queue, undefined, null, 5, "x", [], {}, { source: "aws.events" }]) {
      const result = await handler(event, {});
      expect([result.statusCode, JSON.parse(result.body)]).toEqual([
        400,
        { code: 400, message: "The event is not an HTTP request" },
      ]);
    }
    const cold = makeApi({ warmup: false });
    expect(await cold.handler({ source: "serverless-plugin-warmup" }, {})).toMatchObject({ statusCode: 400 });
  });

  it("gets a valid response, whatever it is", async () => {
    const { handler: base } = makeApi({ basePath: "/shop" });
    await fc.assert(
      fc.asyncProperty(anyEvent(), async event => {
        for (const one of [handler, base]) {
          const result = await one(event, {});
          const source = sourceOf(event) ?? "rest";
          expect(received(source, result).status).toBeLessThan(500);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("what api makes", () => {
  const blog = makeApi();

  it("has each handler under its name, to be used alone", async () => {
    expect(Object.keys(blog.handlers).sort()).toEqual(
      [
        "anyAny",
        "deleteClosed",
        "getFilesPath",
        "postLogin",
        "putUsersMe",
        "usersCreate",
        "usersDelete",
        "usersList",
        "usersRetrieve",
        "usersUpdate",
      ].sort(),
    );
    const created = await ask(blog.handlers.usersCreate, "rest", {
      method: "POST",
      path: "/users",
      ...json({ name: "New" }),
    });
    expect(created.status).toBe(201);
  });

  it("lists its routes in their order, PUT and PATCH with one handler", () => {
    const { usersUpdate, usersDelete } = blog.handlers;
    expect(blog.routes.map(({ method, path, name }) => `${method} ${path} ${name}`)).toEqual([
      "POST /users usersCreate",
      "GET /users usersList",
      "GET /users/{id} usersRetrieve",
      "PUT /users/{id} usersUpdate",
      "PATCH /users/{id} usersUpdate",
      "DELETE /users/{id} usersDelete",
      "POST /login postLogin",
      "GET /files/{path+} getFilesPath",
      "ANY /any anyAny",
      "PUT /users/me putUsersMe",
      "DELETE /closed deleteClosed",
    ]);
    expect(blog.routes.slice(3, 6).map(({ handler }) => handler)).toEqual([
      usersUpdate,
      usersUpdate,
      usersDelete,
    ]);
  });

  it("takes the path parameter of the resource", async () => {
    const Users = memoryModel<User>({ name: "User", objects: [{ id: "ann", name: "Ann" }] });
    const users = resource(Users, { serializer: pick("id"), param: "userId", delete: { param: "gone" } });
    const { routes, handler } = api({ users });
    expect(routes.map(({ path }) => path)).toEqual([
      "/users",
      "/users",
      "/users/{userId}",
      "/users/{userId}",
      "/users/{userId}",
      "/users/{gone}",
    ]);
    expect((await ask(handler, "alb", { path: "/users/ann" })).body).toEqual({ id: "ann" });
    expect((await ask(handler, "http", { method: "DELETE", path: "/users/ann" })).status).toBe(204);
  });

  it("gives the rest to $default, and the root to its own route", async () => {
    const { handler, handlers } = api({ "GET /": echo("root"), $default: echo("rest") }, { prefix: "/v1" });
    expect(Object.keys(handlers)).toEqual(["get", "default"]);
    expect((await ask(handler, "alb", { path: "/v1/" })).body).toMatchObject({ name: "root" });
    expect((await ask(handler, "alb", { path: "/else" })).body).toMatchObject({ name: "rest" });
    expect((await ask(handler, "alb", { method: "POST", path: "/v1" })).body).toMatchObject({ name: "rest" });
  });

  it("gives $default no path that a route has, whatever the stage, and every method that no route has", async () => {
    const { handler } = api({ "GET /users/{id}": echo("user"), $default: echo("rest") });
    const nameOf = async (event: object): Promise<unknown> => {
      const { name } = JSON.parse((await handler(event, {})).body);
      return name;
    };
    const event = eventOf("http", { path: "/users/5", stage: "users" });
    expect(await nameOf({ ...event, rawPath: "/users/5" })).toBe("user");
    expect(await nameOf(eventOf("http", { path: "/users/5", stage: "prod" }))).toBe("user");
    for (const method of ["POST", "OPTIONS"]) {
      expect(await nameOf(eventOf("alb", { path: "/users/5", method }))).toBe("rest");
    }
  });

  it("leaves CORS out of 404 when the option says so", async () => {
    const { handler } = makeApi({ cors: false });
    expect((await ask(handler, "http", { path: "/nowhere" })).headers).toEqual({
      "content-type": "application/json",
    });
  });

  it("is served by the local server, route by route or as one", async () => {
    for (const routes of [blog.routeTable, { $default: blog.handler }]) {
      const server = await serve(routes, { port: 0, log: false });
      const response = await fetch(`${server.url}/users/ann`);
      expect([response.status, await response.json()]).toEqual([200, { id: "ann", name: "Ann" }]);
      await server.close();
    }
  });
});

describe("names of their own", () => {
  const { create, list, retrieve, update } = resource(memoryModel<User>({ name: "User" }), {
    serializer: pick("id"),
  });
  const members = "orgs/{orgId}/members";
  const entries = { [members]: { create, list, update, retrieve }, "ANY /any": echo("any") } as const;
  const made = (names: object): { handlers: object; routes: readonly { name: string }[] } =>
    (api as (entries: object, options: object) => never)(entries, { names });

  it("stand in handlers and routes in place of those made of paths", () => {
    const named = made({ [members]: "member", "ANY /any": "anything" });
    const names = [
      "memberCreate",
      "memberList",
      "memberRetrieve",
      "memberUpdate",
      "memberUpdate",
      "anything",
    ];
    expect(named.routes.map(({ name }) => name)).toEqual(names);
    expect(Object.keys(named.handlers)).toEqual([...new Set(names)]);
  });

  it("may be those of single verbs; the others keep theirs", () => {
    const named = made({ [members]: { create: "addMember", list: undefined }, "ANY /any": undefined });
    expect(Object.keys(named.handlers)).toEqual([
      "addMember",
      "orgsOrgIdMembersList",
      "orgsOrgIdMembersRetrieve",
      "orgsOrgIdMembersUpdate",
      "anyAny",
    ]);
    expect((named.handlers as Record<string, unknown>).addMember).toBe(create);
  });

  it("part handlers whose paths make the same name, without a change to their routes", async () => {
    const parted = api(
      { "GET /a-b": echo("dash"), "GET /a/b": echo("slash") },
      { names: { "GET /a-b": "dash" } },
    );
    expect(parted.routes.map(({ path, name }) => [path, name])).toEqual([
      ["/a-b", "dash"],
      ["/a/b", "getAB"],
    ]);
    expect((await ask(parted.handler, "rest", { path: "/a-b" })).body).toMatchObject({ name: "dash" });
  });

  it("stay when the API is made again with other handlers", () => {
    const named = api(entries, { names: { [members]: "member" } });
    expect(Object.keys(named[rebuildApi](handler => handler).handlers)).toEqual(Object.keys(named.handlers));
  });

  it("are not those of the documentation", () => {
    const options = { docs: true, names: { "ANY /any": "getOpenapiJson" } } as const;
    expect(() => api({ "ANY /any": echo("any") }, options)).toThrow(
      'api: "GET /openapi.json" and "ANY /any" have the same name, getOpenapiJson',
    );
  });
});

describe("a wrong argument is a TypeError that names it", () => {
  const handler = echo("x");
  const wrong = api as unknown as (entries: unknown, options?: unknown) => unknown;
  const keyForm = 'write "GET /users/{id}", "ANY /x" or "$default"';

  it.each<[unknown, unknown, string]>([
    [undefined, {}, "api: entries must be an object"],
    [[], {}, "api: entries must be an object"],
    [
      {},
      { prefixes: 1 },
      'api: unknown option "prefixes"; it takes prefix, basePath, cors, errors, around, warmup',
    ],
    [{}, { prefix: "v1" }, 'api: option "prefix" must be a path like "/v1"'],
    [{}, { prefix: "/v1/" }, 'api: option "prefix" must be a path like "/v1"'],
    [{}, { basePath: "/{x}" }, 'api: option "basePath" must be a path like "/v1"'],
    [{}, { cors: { orign: "x" } }, 'cors: unknown option "orign"'],
    [{ login: handler }, {}, `api: "login" is not a route key; ${keyForm}`],
    [{ "get /x": handler }, {}, 'api: "get /x" is not a route key; write "GET /x"'],
    [{ "GET x": handler }, {}, 'api: "GET x" is not a route key; write "GET /x"'],
    [{ "GET /x/": handler }, {}, 'api: "GET /x/" is not a route key; write "GET /x"'],
    [{ "GET /{a}/{a}": handler }, {}, 'api: "GET /{a}/{a}" names a variable twice'],
    [{ "/users": { list: handler } }, {}, 'api: "/users" is not a path of a resource; write "users"'],
    [{ "GET /x": 5 }, {}, 'api: "GET /x" must be a handler or a resource'],
    [{ "GET /x": { list: handler } }, {}, 'api: "GET /x" must be a handler or a resource'],
    [{ x: undefined }, {}, 'api: "x" must be a handler or a resource'],
    [{ x: {} }, {}, 'api: "x" must be a handler; a resource has create, list, retrieve, update, delete'],
    [{ x: { creat: handler } }, {}, 'api: "creat" of "x" must be a handler; a resource has'],
    [{ x: { create: 5 } }, {}, 'api: "create" of "x" must be a handler; a resource has'],
    [{ x: { list: handler }, "GET /x": echo("y") }, {}, 'api: "GET /x" and "GET /x" are the same route'],
    [
      { "GET /a/{b}": handler, "GET /a/{c}": echo("y") },
      {},
      'api: "GET /a/{c}" and "GET /a/{b}" are the same route',
    ],
    [
      { "GET /a-b": handler, "GET /a/b": echo("y") },
      {},
      'api: "GET /a/b" and "GET /a-b" have the same name, getAB; option "names" gives them others',
    ],
    [{ "GET /a": handler }, { names: "a" }, 'api: option "names" must be an object'],
    [
      { "GET /a": handler },
      { names: { "GET /b": "b" } },
      'api: option "names" names "GET /b", which is not an entry',
    ],
    [
      { "GET /a": handler },
      { names: { toString: "b" } },
      'api: option "names" names "toString", which is not an',
    ],
    [
      { x: { list: handler } },
      { names: { x: { create: "a" } } },
      'api: option "names" names "create" of "x", which it does not have',
    ],
    ...["", "a-b", "a b", "../a", "1a", "__proto__", "a_b", 5, null, { list: "a" }].map(
      (name): [unknown, unknown, string] => [
        { "GET /a": handler },
        { names: { "GET /a": name } },
        'api: option "names" must give "GET /a" a name of letters and digits like "addMember"',
      ],
    ),
    [
      { x: { list: handler } },
      { names: { x: 5 } },
      'api: option "names" must give "x" a name of letters and digits',
    ],
    [
      { x: { list: handler } },
      { names: { x: { list: "a/b" } } },
      'api: option "names" must give "list" of "x" a name of letters and digits',
    ],
    [
      { x: { list: handler }, "GET /y": echo("y") },
      { names: { x: { list: "same" }, "GET /y": "same" } },
      'api: "GET /y" and "GET /x" have the same name, same',
    ],
  ])("%o %o", (entries, options, message) => {
    let error: unknown;
    try {
      wrong(entries, options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message.slice(0, message.length)).toBe(message);
  });
});
