import { describe, expect, it } from "vitest";
import {
  type DeployRoute,
  deployPlan,
  functionFolder,
  type PlanOptions,
} from "../../../tools/deploy/plan.ts";

const options: PlanOptions = {
  name: "shop",
  each: true,
  code: "dist",
  runtime: "nodejs24.x",
  memory: 512,
  timeout: 15,
  retention: 30,
};

function route(key: string, name: string, preflights = true): DeployRoute {
  const [method = "", path = ""] = key === "$default" ? [] : key.split(" ");
  return { key, method, path, name, preflights };
}

const planOf = (routes: DeployRoute[], each = true): [string, readonly string[]][] =>
  deployPlan(routes, { ...options, each }).functions.map(({ id, routes: keys }) => [id, keys]);

describe("deployPlan", () => {
  const items = [
    route("POST /items", "itemsCreate"),
    route("GET /items", "itemsList"),
    route("PUT /items/{id}", "itemsUpdate"),
    route("PATCH /items/{id}", "itemsUpdate"),
  ];

  it("leads all routes to one function, and preflight requests of each path", () => {
    expect(deployPlan(items, { ...options, each: false })).toEqual({
      name: "shop",
      runtime: "nodejs24.x",
      memory: 512,
      timeout: 15,
      retention: 30,
      functions: [
        {
          id: "api",
          code: "dist/api",
          routes: [
            "POST /items",
            "GET /items",
            "PUT /items/{id}",
            "PATCH /items/{id}",
            "OPTIONS /items",
            "OPTIONS /items/{id}",
          ],
        },
      ],
    });
  });

  it("makes one function for each handler, however many routes it has", () => {
    expect(planOf(items)).toEqual([
      ["itemsCreate", ["POST /items", "OPTIONS /items"]],
      ["itemsList", ["GET /items"]],
      ["itemsUpdate", ["PUT /items/{id}", "PATCH /items/{id}", "OPTIONS /items/{id}"]],
    ]);
  });

  it("leads preflight requests to a handler that answers them, or to none", () => {
    const routes = [route("GET /a", "a", false), route("POST /a", "b"), route("GET /b", "c", false)];
    expect(planOf(routes)).toEqual([
      ["a", ["GET /a"]],
      ["b", ["POST /a", "OPTIONS /a"]],
      ["c", ["GET /b"]],
    ]);
    expect(planOf(routes, false)[0]?.[1]).toEqual([
      "GET /a",
      "POST /a",
      "GET /b",
      "OPTIONS /a",
      "OPTIONS /b",
    ]);
    expect(planOf([route("GET /a", "foreign")])).toEqual([["foreign", ["GET /a", "OPTIONS /a"]]]);
  });

  it("adds no preflight route where there is one, whatever its variable is called", () => {
    const routes = [
      route("GET /a/{id}", "a"),
      route("OPTIONS /a/{key}", "b"),
      route("ANY /b", "c"),
      route("GET /c/{path+}", "d"),
      route("PUT /c/{rest+}", "e"),
      route("GET /c/{one}", "f"),
      route("$default", "handler"),
    ];
    expect(planOf(routes)).toEqual([
      ["a", ["GET /a/{id}"]],
      ["b", ["OPTIONS /a/{key}"]],
      ["c", ["ANY /b"]],
      ["d", ["GET /c/{path+}", "OPTIONS /c/{path+}"]],
      ["e", ["PUT /c/{rest+}"]],
      ["f", ["GET /c/{one}", "OPTIONS /c/{one}"]],
      ["handler", ["$default"]],
    ]);
  });

  it("names functions in letters and digits, no two of them alike, and leaves their folders as they are", () => {
    const names = ["größe", "a", "A", "ax2"];
    const { functions } = deployPlan(
      names.map(name => route(`GET /${name}`, name)),
      { ...options, code: "out/" },
    );
    expect(functions.map(({ id, code }) => [id, code])).toEqual([
      ["gruf6udfe", "out/größe"],
      ["a", "out/a"],
      ["Ax2", "out/A"],
      ["ax2x2", "out/ax2"],
    ]);
  });
});

describe("functionFolder", () => {
  it("is a folder of the function's name, whether or not there is a slash at the end", () => {
    expect(["dist", "dist/", "."].map(out => functionFolder(out, "api"))).toEqual([
      "dist/api",
      "dist/api",
      "./api",
    ]);
  });
});
