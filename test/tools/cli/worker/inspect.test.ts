import { describe, expect, it } from "vitest";
import { api } from "../../../../api/api.ts";
import { inspect, NothingToRun } from "../../../../tools/cli/worker/inspect.ts";
import { eventOf } from "../../../support/events.ts";

const one = async (): Promise<object> => ({ statusCode: 200, body: "one" });
const two = async (): Promise<object> => ({ statusCode: 200, body: "two" });
const shop = api({ "GET /one": one, "POST /two/{id}": two });

describe("an api", () => {
  it.each([
    ["the default export", { default: shop }],
    ["a named export", { shop }],
    ["both", { default: shop, shop }],
    ["an export of CommonJS", { default: { shop }, "module.exports": { shop } }],
  ])("is found as %s", (_what, module) => {
    const { routes, functions, document, ...rest } = inspect(module);
    expect(rest).toEqual({ kind: "api", main: "handler", other: "handler", wrapper: undefined });
    expect(routes).toEqual([
      { key: "GET /one", method: "GET", path: "/one", name: "getOne", handler: one },
      { key: "POST /two/{id}", method: "POST", path: "/two/{id}", name: "postTwoId", handler: two },
    ]);
    expect([...functions]).toEqual([
      ["getOne", one],
      ["postTwoId", two],
      ["handler", shop.handler],
    ]);
    expect(document).toBeTypeOf("function");
  });

  it("is not confused by its own handler, and knows the other functions of the entry", () => {
    const found = inspect({ shop, handler: shop.handler, nightly: two });
    expect([...found.functions.keys()]).toEqual(["getOne", "postTwoId", "nightly", "handler"]);
    expect([found.main, found.other]).toEqual(["handler", "nightly"]);
    expect(inspect({ shop, nightly: two, hourly: one }).other).toBeUndefined();
  });

  it("is reached through what the entry exports around its handler, but not through a handler of another purpose", () => {
    const handler = async (): Promise<object> => ({ statusCode: 200 });
    const found = inspect({ shop, handler });
    expect([found.wrapper, found.functions.get("handler"), found.main]).toEqual([
      handler,
      handler,
      "handler",
    ]);
    expect(found.routes.map(route => route.handler)).toEqual([one, two]);
    const other = inspect({ shop, handler }, () => true);
    expect([other.wrapper, other.main]).toEqual([undefined, "handler"]);
    expect(other.functions.get("handler")).toBe(shop.handler);
  });

  it("that is the default export wins over others", () => {
    const admin = api({ "GET /admin": one });
    expect(inspect({ shop, default: admin, admin }).routes.map(({ key }) => key)).toEqual(["GET /admin"]);
    expect(() => inspect({ shop, admin })).toThrow(
      "It exports several APIs: shop, admin. Export the one that counts as default",
    );
  });
});

describe("handlers by route key", () => {
  const routes = { "GET /one": one, "ANY /two/{id}": two, $default: one };

  it.each([
    ["routes", { routes }],
    ["the default export", { default: routes }],
  ])("are found as %s", (_what, module) => {
    const found = inspect(module);
    expect([found.kind, found.main, found.other]).toEqual(["routes", "routes", undefined]);
    expect(found.routes.map(({ key, method, path, name }) => [key, method, path, name])).toEqual([
      ["GET /one", "GET", "/one", "getOne"],
      ["ANY /two/{id}", "ANY", "/two/{id}", "anyTwoId"],
      ["$default", "", "", "handler"],
    ]);
    expect([...found.functions.keys()]).toEqual(["getOne", "anyTwoId", "handler", "routes"]);
  });

  it("share a function that finds the route, with the variables of its path", async () => {
    const echo = async (event: unknown): Promise<unknown> =>
      (event as { pathParameters: unknown }).pathParameters;
    const { functions, main = "" } = inspect({ routes: { "GET /users/{id}": echo } });
    const ask = (method: string, path: string): unknown =>
      functions.get(main)?.(eventOf("http", { method, path }), {});
    expect(await ask("GET", "/users/7")).toEqual({ id: "7" });
    expect(await ask("GET", "/nowhere")).toMatchObject({
      statusCode: 404,
      body: '{"code":404,"message":"Resource Not Found"}',
    });
    expect(await ask("POST", "/users/7")).toMatchObject({
      statusCode: 405,
      headers: { Allow: "GET, HEAD, OPTIONS" },
    });
    expect(await ask("OPTIONS", "/users/7")).toMatchObject({
      statusCode: 204,
      headers: { Allow: "GET, HEAD, OPTIONS" },
    });
  });

  it("that are malformed are reported as serve reports them", () => {
    expect(() => inspect({ routes: { "GET users": one } })).toThrow(/"GET users" is not a route key/);
  });
});

describe("functions", () => {
  it.each([
    ["handler", { handler: one, other: two }, "handler"],
    ["the default export", { default: one, other: two }, "handler"],
    ["the only one", { nightly: one, max: 5 }, "nightly"],
  ])("are served when one is %s", (_what, module, name) => {
    const found = inspect(module);
    expect(found.routes).toEqual([{ key: "$default", method: "", path: "", name, handler: one }]);
    expect([found.kind, found.main, found.other]).toEqual(["handlers", name, name]);
  });

  it("have no route when there are several, and can be invoked by name", () => {
    const found = inspect({ create: one, list: two });
    expect({ ...found, functions: [...found.functions] }).toEqual({
      kind: "handlers",
      routes: [],
      functions: [
        ["create", one],
        ["list", two],
      ],
      main: undefined,
      other: undefined,
      document: undefined,
    });
  });
});

it.each([
  [{}, "nothing"],
  [
    { limit: 5, names: ["a"], none: null, Shop: class {} },
    "limit (a number), names (an array), none (null), Shop (a class)",
  ],
  [{ default: {} }, "nothing"],
])("what has nothing to run is refused with what it exports: %j", (module, list) => {
  const look = (): unknown => inspect(module);
  expect(look).toThrow(NothingToRun);
  expect(look).toThrow(
    `It has nothing to run: it exports ${list}. Export an api(...), handlers by route key as routes, or a handler`,
  );
});
