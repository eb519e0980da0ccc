import { describe, expect, it } from "vitest";
import { api } from "../../../api/api.ts";
import { pipeline, serialize } from "../../../src/index.ts";
import { type EventSource, eventOf, received, sources, type TestRequest } from "../../support/events.ts";

const named = (name: string) => pipeline([serialize()], () => name);
const routes = {
  "GET /users/{id}": named("user"),
  "GET /users/admin": named("admin"),
  "ANY /files/{path+}": named("file"),
  "GET /files/list": named("list"),
  "PATCH /users/{id}": named("change"),
};

async function ask(
  source: EventSource,
  request: TestRequest,
  route: string | undefined,
  options: object = {},
): Promise<string> {
  const { handler } = api(routes, options);
  const event = eventOf(source, { ...request, ...(route !== undefined && { route }) });
  const { status, body } = received(source, (await handler(event, {})) as never);
  return status === 200 ? body.toString() : String(status);
}

const withRoutes = ["rest", "http", "http-v1"] as const;

describe("a route that the gateway guards", () => {
  it.each(withRoutes)("is not reached by another of the gateway's on %s", async source => {
    for (const [path, route, got] of [
      ["/users/admin", "/users/admin", "admin"],
      ["/users/admin", "/users/{id}", "404"],
      ["/users/%61dmin", "/users/{id}", "404"],
      ["/users/7", "/users/{id}", "user"],
      ["/users/7", "/users/{name}", "user"],
      ["/users/7", "/users/7", "user"],
      ["/users/7", "/people/{id}", "404"],
      ["/users/7", "/users/{id}/posts", "404"],
      ["/users/7", "/users", "404"],
      ["/files/list", "/files/{path+}", "list"],
      ["/files/a/b", "/files/{path+}", "file"],
      ["/files/a/b", "/files/a/{name}", "file"],
      ["/files/list", "/files/{name}", "404"],
    ] as const) {
      const pathParameters = Object.fromEntries(
        [...route.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => [name, path.split("/").slice(2).join("/")]),
      );
      expect([path, route, await ask(source, { path, pathParameters }, route)]).toEqual([path, route, got]);
    }
  });

  it.each(withRoutes)("is reached by a catch-all on %s", async source => {
    for (const route of ["/{proxy+}", "/users/{proxy+}"]) {
      expect([route, await ask(source, { path: "/users/admin" }, route)]).toEqual([route, "admin"]);
    }
    const { handler } = api(routes);
    const event = { ...eventOf(source, { path: "/users/admin" }), routeKey: "$default" };
    const any = source === "http" ? event : { ...event, resource: "$default" };
    expect(received(source, (await handler(any, {})) as never).status).toBe(200);
  });

  it("is not reached with a method that is not the route's, but by ANY", async () => {
    const { handler } = api(routes);
    for (const [key, status] of [
      ["GET /users/{id}", 200],
      ["ANY /users/{id}", 200],
      ["PATCH /users/{id}", 404],
      ["GET /users/admin", 404],
    ] as const) {
      const event = { ...eventOf("http", { path: "/users/7" }), routeKey: key };
      expect([key, received("http", (await handler(event, {})) as never).status]).toEqual([key, status]);
    }
  });

  it("may be behind a base path, in the gateway's routes as well as not", async () => {
    for (const [path, route, got] of [
      ["/shop/users/7", "/users/{id}", "user"],
      ["/shop/users/7", "/shop/users/{id}", "user"],
      ["/shop/users/admin", "/shop/users/{id}", "404"],
      ["/shop/users/admin", "/shop/{proxy+}", "admin"],
    ] as const) {
      const pathParameters = { id: path.split("/").at(-1) as string };
      const got2 = await ask("rest", { path, pathParameters }, route, { basePath: "/shop" });
      expect([path, route, got2]).toEqual([path, route, got]);
    }
  });

  it("is of no concern where the source knows no routes", async () => {
    for (const source of sources.filter(name => !(withRoutes as readonly string[]).includes(name))) {
      const event = { ...eventOf(source, { path: "/users/admin" }), resource: "/users/{id}" };
      const keyed = source === "url" ? { ...event, routeKey: "$default" } : event;
      const { status } = received(source, (await api(routes).handler(keyed, {})) as never);
      expect([source, status]).toEqual([source, 200]);
    }
  });

  it("is not asked by a preflight request of another route", async () => {
    const headers = { origin: "https://a.example", "access-control-request-method": "GET" };
    const request = { method: "OPTIONS", path: "/users/admin", headers };
    const { handler } = api(routes);
    const event = eventOf("rest", { ...request, route: "/users/{id}", pathParameters: { id: "admin" } });
    expect(received("rest", (await handler(event, {})) as never).status).not.toBe(200);
  });
});
