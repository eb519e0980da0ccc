import { describe, expect, it } from "vitest";
import { api } from "../../../api/api.ts";
import { checkResourcePath, checkRouteKey, parseRouteKey } from "../../../api/routes/routeKey.ts";
import { routeTable } from "../../../api/routes/routes.ts";
import { serve } from "../../../tools/dev/index.ts";
import { invoke } from "../../../tools/testing/index.ts";
import { growth, most, textOf } from "../../support/growth.ts";

const handler = async (): Promise<number> => 1;
const general = '"GET /users/{id}", "ANY /x" or "$default"';

describe("a route key", () => {
  it.each([
    ["GET /", "GET", [""]],
    ["ANY /x", "ANY", ["x"]],
    ["GET /users/{id}", "GET", ["users", "{id}"]],
    ["POST /a/{b}/c/{d.e-f:g}", "POST", ["a", "{b}", "c", "{d.e-f:g}"]],
    ["GET /files/{path+}", "GET", ["files", "{path+}"]],
    ["POST /users/{id}/mail:send", "POST", ["users", "{id}", "mail:send"]],
    ["GET /...", "GET", ["..."]],
    ["GET /.well-known/x.json", "GET", [".well-known", "x.json"]],
  ])("%s is taken apart", (key, method, segments) => {
    expect(parseRouteKey(key)).toEqual({ method, segments });
  });

  const wrong: [string, string][] = [
    ["GET /x/:id", '"GET /x/{id}"'],
    ["GET /x/:id?", '"GET /x/{id}"'],
    ["GET /x/:id(\\d+)/y", '"GET /x/{id}/y"'],
    ["PUT /:a/:b-c", '"PUT /{a}/{b-c}"'],
    ["GET /files/*", '"GET /files/{path+}"'],
    ["GET /files/*rest", '"GET /files/{rest+}"'],
    ["GET /files/:rest*", '"GET /files/{rest+}"'],
    ["GET /x/[id]", '"GET /x/{id}"'],
    ["GET /x/[...path]", '"GET /x/{path+}"'],
    ["GET /x/<id>", '"GET /x/{id}"'],
    ["GET /x/{id", '"GET /x/{id}"'],
    ["GET /x/id}", '"GET /x/{id}"'],
    ["GET /x/{}", '"GET /x/{id}"'],
    ["GET /x/a{id}", '"GET /x/{a}"'],
    ["GET /x/{path+}/y", '"GET /x/{path}/y"'],
    ["GET /x/{path*}", '"GET /x/{path+}"'],
    ["GET x", '"GET /x"'],
    ["GET x/:id", '"GET /x/{id}"'],
    ["GET /x/", '"GET /x"'],
    ["GET //x", '"GET /x"'],
    ["GET /a/../b", '"GET /a/b"'],
    ["GET /./b", '"GET /b"'],
    ["GET /x?y=1", '"GET /x"'],
    ["GET  /x", '"GET /x"'],
    [" GET /x ", '"GET /x"'],
    ["GET", '"GET /"'],
    ["get /x", '"GET /x"'],
    ["GTE /x", '"GET /x"'],
    ["PSOT /x/:id", '"POST /x/{id}"'],
    ["DEL /x", '"DELETE /x"'],
    ["ALL /x", '"ANY /x"'],
    ["* /x", '"ANY /x"'],
    ["/x/:id", '"GET /x/{id}"'],
    ["FETCH /x", '"GET /x", or with one of ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
    ["login", general],
    ["", general],
    ["GET /a b", general],
  ];

  it.each(wrong)("%j is none, and the right form is named", (key, form) => {
    const error = (factory: string) =>
      new TypeError(`${factory}: "${key}" is not a route key; write ${form}`);
    expect(() => checkRouteKey("api", key)).toThrow(error("api"));
    expect(() => routeTable("routes", [[key, handler]])).toThrow(error("routes"));
    expect(() => api({ [key]: handler })).toThrow(error("api"));
    expect(() => api({ [key]: handler }, { prefix: "/v1" })).toThrow(error("api"));
  });

  it.each(wrong)("%j is none for the local server either", async (key, form) => {
    await expect(serve({ [key]: handler }, { port: 0, log: false })).rejects.toThrow(
      new TypeError(`serve: "${key}" is not a route key; write ${form}`),
    );
  });

  it("is named in the right form for the route of a test's request as well", async () => {
    await expect(invoke(handler, { route: "GET /x/:id", path: "/x/1" })).rejects.toThrow(
      new TypeError('invoke: "ANY /x/:id" is not a route key; write "ANY /x/{id}"'),
    );
  });

  it("is looked at in linear time", () => {
    for (const [unit, end] of [
      ["/:", "!"],
      ["?", "=!"],
      ["{", "!"],
      [" ", "!"],
    ] as const) {
      const grown = growth(size => {
        const key = `GET /x${textOf(unit, end, size)}`;
        return () => expect(() => checkRouteKey("api", key)).toThrow(TypeError);
      });
      expect(grown, unit).toBeLessThan(most);
    }
  });
});

describe("the path of a resource", () => {
  it.each(["users", "orgs/{org}/posts", "a/b", "{org}"])("may be %s", path => {
    expect(() => checkResourcePath("api", path)).not.toThrow();
  });

  it.each([
    ["/users", "users"],
    ["users/", "users"],
    ["orgs/:org/posts", "orgs/{org}/posts"],
    ["orgs/{org/posts", "orgs/{org}/posts"],
    ["a/../b", "a/b"],
    ["files/{path+}", "files/{path}"],
    ["", "users"],
  ])("is not %j", (path, form) => {
    expect(() => api({ [path]: { list: handler } })).toThrow(
      new TypeError(`api: "${path}" is not a path of a resource; write "${form}"`),
    );
  });
});
