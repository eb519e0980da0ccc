import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import type { OpenApiDocument } from "../../api/openapi/index.ts";
import { authUser } from "../../middlewares/authUser.ts";
import { errors } from "../../middlewares/errors.ts";
import { permit } from "../../middlewares/permit.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { signJwt } from "../../src/auth/index.ts";
import { configure } from "../../src/index.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { sources } from "../support/events.ts";
import { send } from "../support/send.ts";

const hello = pipeline([errors(), serialize()], () => "hello");
const entries = { "GET /hello": hello };
const openapi = { title: "Hello", version: "3.0.0" };

describe("the document that an api serves", () => {
  it.each(sources)("is the one that it makes, on %s, with its tag", async source => {
    const { handler, openapi: make } = api(entries, { docs: true, openapi });
    const { status, headers, body } = await send(handler, source, {
      path: "/openapi.json",
      route: "$default",
    });
    const made = await make();
    const server = source === "rest" ? "/dev" : "/";
    expect({ status, body }).toEqual({ status: 200, body: { ...made, servers: [{ url: server }] } });
    expect([headers["content-type"], headers["access-control-allow-origin"]]).toEqual([
      "application/json",
      "*",
    ]);
    const again = await send(handler, source, {
      path: "/openapi.json",
      route: "$default",
      headers: { "If-None-Match": headers.etag as string },
    });
    expect([again.status, again.body, again.headers.etag]).toEqual([304, "", headers.etag]);
  });

  it("is served behind the prefix, or where the option says, and says where the API is", async () => {
    const { handler } = api(entries, {
      prefix: "/v1",
      basePath: "/shop",
      docs: { openapi: "/docs/api.json" },
      openapi,
    });
    const serversAt = async (path: string, stage?: string) => {
      const { body } = await send(handler, "http", { path, route: "$default", ...(stage && { stage }) });
      return (body as OpenApiDocument).servers;
    };
    expect(await serversAt("/v1/docs/api.json")).toEqual([{ url: "/shop" }]);
    expect(await serversAt("/shop/v1/docs/api.json/")).toEqual([{ url: "/shop" }]);
    expect(await serversAt("/v1/docs/api.json", "live")).toEqual([{ url: "/live" }]);
    expect((await send(handler, "http", { path: "/v1/openapi.json", route: "$default" })).status).toBe(404);
  });

  it("keeps the servers that the option names", async () => {
    const servers = [{ url: "https://api.example.com" }];
    const { handler } = api(entries, { docs: true, openapi: { ...openapi, servers } });
    const { body } = await send(handler, "rest", { path: "/openapi.json", route: "$default" });
    expect((body as OpenApiDocument).servers).toEqual(servers);
  });

  it("is one of the routes, and is not in the document", async () => {
    const { routes, routeTable, openapi: make } = api(entries, { docs: true });
    expect(routes.map(({ method, path, name }) => [method, path, name])).toEqual([
      ["GET", "/hello", "getHello"],
      ["GET", "/openapi.json", "getOpenapiJson"],
      ["GET", "/docs", "getDocs"],
      ["GET", "/docs/{asset}", "getDocsAsset"],
    ]);
    expect(Object.keys(routeTable).slice(0, 2)).toEqual(["GET /hello", "GET /openapi.json"]);
    expect(Object.keys((await make()).paths)).toEqual(["/hello"]);
  });

  it.each([undefined, false] as const)("is served to nobody with docs: %s", async docs => {
    const { handler, routes } = api(entries, { docs });
    expect(routes).toHaveLength(1);
    expect((await send(handler, "http", { path: "/openapi.json", route: "$default" })).status).toBe(404);
  });

  it("takes options over those of the api", async () => {
    const { openapi: make } = api(entries, { openapi });
    expect((await make()).info).toEqual(openapi);
    expect((await make({ version: "4" })).info).toEqual({ title: "Hello", version: "4" });
    await expect(make({ tittle: "x" } as never)).rejects.toThrow('openapi: unknown option "tittle"');
  });

  it.each<[options: object, message: string]>([
    [{ docs: "yes" }, 'api: option "docs" must be an object or true or false'],
    [{ docs: { openapi: "x" } }, 'api: option "docs.openapi" must be a path like "/openapi.json"'],
    [{ docs: { open: "/x" } }, 'api: unknown option "open"'],
    [{ docs: { use: authUser() } }, 'api: option "use" must be an array'],
    [{ openapi: "x" }, 'api: option "openapi" must be an object'],
    [{ docs: { openapi: "/hello" } }, 'api: "GET /hello" and "GET /hello" are the same route'],
  ])("refuses %j", (options, message) => {
    expect(() => api(entries, options)).toThrow(TypeError);
    expect(() => api(entries, options)).toThrow(message);
  });
});

describe("the page that an api serves", () => {
  it.each(sources)("shows the document, on %s", async source => {
    const { handler } = api(entries, { docs: true, openapi, prefix: "/v1" });
    const page = await send(handler, source, { path: "/v1/docs", route: "$default" });
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.body).toContain("<title>Hello</title>");
    expect(page.body).toContain('data-openapi="./docs/../openapi.json"');
    const script = await send(handler, source, {
      path: "/v1/docs/swagger-ui-bundle.js",
      route: "$default",
      headers: { "Accept-Encoding": "gzip" },
    });
    expect([script.status, script.headers["content-type"]]).toEqual([200, "text/javascript; charset=utf-8"]);
    const none = await send(handler, source, { path: "/v1/docs/package.json", route: "$default" });
    expect([none.status, none.body]).toEqual([404, { code: 404, message: "Resource Not Found" }]);
  });

  it("is where the option says, or nowhere", async () => {
    const keysOf = (docs: object) => Object.keys(api(entries, { docs }).routeTable).slice(1);
    expect(keysOf({ openapi: "/a.json", page: "/b/c" })).toEqual([
      "GET /a.json",
      "GET /b/c",
      "GET /b/c/{asset}",
    ]);
    expect(keysOf({ page: false })).toEqual(["GET /openapi.json"]);
    expect(() => api(entries, { docs: { page: "docs" } })).toThrow(
      new TypeError('api: option "docs.page" must be a path like "/docs"'),
    );
  });
});

describe("docs that are guarded", () => {
  const paths = ["/openapi.json", "/docs", "/docs/script.js", "/docs/no-such-file"];
  const staffOnly = permit((_event, { user }: { user?: { role?: string } }) => user?.role === "staff");
  const loadUser = (id: string) => ({ id, role: id });
  const get = (handler: never, source: (typeof sources)[number], path: string, headers = {}) =>
    send(handler, source, { path, route: "$default", headers });

  it.each(sources)("open to nobody but whom the middlewares let in, on %s", async source => {
    configure({ secretKey: "a secret of the guarded docs, 32 bytes long" });
    const { handler } = api(entries, {
      docs: { use: [authUser({ loadUser, cookie: "session" }), staffOnly] },
      openapi,
    });
    const [staff, guest] = await Promise.all([signJwt({ sub: "staff" }), signJwt({ sub: "guest" })]);
    for (const path of paths) {
      const stranger = await get(handler as never, source, path);
      expect([path, stranger.status, stranger.body]).toEqual([
        path,
        401,
        { code: 401, message: "Unauthorized" },
      ]);
      expect(stranger.headers["cache-control"]).toBe("no-store");
      const refused = await get(handler as never, source, path, { authorization: `Bearer ${guest}` });
      expect([path, refused.status, refused.body]).toEqual([path, 403, { code: 403, message: "Forbidden" }]);
    }
    const seen = await Promise.all(
      paths.map(path => get(handler as never, source, path, { cookie: `session=${staff}` })),
    );
    expect(seen.map(({ status }) => status)).toEqual([200, 200, 200, 404]);
    expect(seen[0]?.headers["cache-control"]).toBe("no-store");
    expect(seen[0]?.body).toMatchObject({ info: openapi });
    expect((await get(handler as never, source, "/hello")).status).toBe(200);
  });
});

describe("the login that a document names", () => {
  const login = pipeline([errors(), serialize()], () => ({ token: "t" }));
  const me = pipeline([errors(), authUser({ loadUser: id => ({ id }) }), serialize()], () => "me");
  const secured = { "GET /me": me, "POST /login": login, "POST /sessions": login };
  const schemesOf = async (options: object, prefix?: string): Promise<object | undefined> => {
    const made = await api(secured, { openapi: options, ...(prefix && { prefix }) }).openapi();
    return made.components.securitySchemes;
  };
  const bearer = { type: "http", scheme: "bearer", bearerFormat: "JWT" };

  it("is POST /login where there is one, or the route that the option names, behind the prefix", async () => {
    expect(await schemesOf({})).toEqual({ bearerAuth: { ...bearer, "x-login": "POST /login" } });
    expect(await schemesOf({ login: "POST /sessions" }, "/v1")).toEqual({
      bearerAuth: { ...bearer, "x-login": "POST /v1/sessions" },
    });
    expect(await schemesOf({ login: false })).toEqual({ bearerAuth: bearer });
    const { components } = await api({ "GET /me": me, "PUT /login": login }).openapi();
    expect(components.securitySchemes).toEqual({ bearerAuth: bearer });
  });

  it("stands at no scheme where there are two that a token may be for", async () => {
    const other = { type: "http", scheme: "Bearer" };
    expect(await schemesOf({ securitySchemes: { other } })).toEqual({ bearerAuth: bearer, other });
  });

  it("is a route of the document", async () => {
    await expect(schemesOf({ login: "POST /logins" })).rejects.toThrow(
      'openapi: option "login" must be the key of a documented route, such as "POST /login"',
    );
    await expect(schemesOf({ login: "GET /login" })).rejects.toThrow(TypeError);
  });
});
