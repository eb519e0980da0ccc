import { existsSync, globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  findCycle,
  findFolderCycle,
  type Graph,
  type Import,
  loadedWith,
  type Module,
  packageOf,
  readModule,
} from "./support/moduleGraph.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** The rooms, from the lowest up: each may import from those before it. */
const folders: readonly string[] = ["src", "middlewares", "generics", "api", "tools"];
const client = "client";

const files = [...folders, client]
  .flatMap(folder => globSync(`${folder}/**/*.ts`, { cwd: root }))
  .map(path => path.replaceAll("\\", "/"));
const graph: Graph = new Map(
  files.sort().map(path => [path, readModule(path, readFileSync(`${root}/${path}`, "utf8"))]),
);
const manifest = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));

const face = "src/index.ts";
const modules = [...graph.values()];
const edges = modules.flatMap(({ path, imports }) => imports.map(found => ({ path, ...found })));
const isInside = (found: Import): boolean => /^[.#]/.test(found.specifier);
const bare = edges.filter(found => !isInside(found));
const show = ({ path, target }: { path: string; target: string }): string => `${path} -> ${target}`;

const inMemory = (sources: Record<string, string>): Graph =>
  new Map(Object.entries(sources).map(([path, source]) => [path, readModule(path, source)]));

describe("the instruments", () => {
  it("see every form of import, and distinguish types from values", () => {
    const source = `
      import a, { type B } from "./a.ts";
      import type { C } from "../c.ts";
      import { type D } from "./d.ts";
      import "./e.ts";
      export * from "./f.ts";
      export type { G } from "./g.ts";
      const h = await import("./h.ts");
      let i: typeof import("node:i");
      process.getBuiltinModule("node:j");
      createRequire(import.meta.url)("k");
      // import "./comment.ts"
      const text = 'import "./text.ts"';`;
    const { imports } = readModule("src/x/y.ts", source);
    expect(
      imports.map(({ target, kind, static: early }) => `${kind}${early ? "" : " late"} ${target}`),
    ).toEqual([
      "value src/x/a.ts",
      "type src/c.ts",
      "value src/x/d.ts",
      "value src/x/e.ts",
      "value src/x/f.ts",
      "type src/x/g.ts",
      "value late src/x/h.ts",
      "type node:i",
      "value late node:j",
      "value late k",
    ]);
  });

  it("see exported values and count lines of code", () => {
    const source = `/**
 * A comment.
 */
export const a = 1, b = 2;

// Another.
export function c(): void {}
export type D = string;
export interface E {}
const f = 1;
export { f, type D as G };
`;
    expect(readModule("x.ts", source)).toEqual({
      path: "x.ts",
      imports: [],
      exports: ["a", "b", "c", "f"],
      lines: 6,
    });
  });

  it("find a cycle, and distinguish one of types alone", () => {
    const cyclic = inMemory({
      "a.ts": 'import { b } from "./b.ts";',
      "b.ts": 'import "./c.ts";',
      "c.ts": 'import { b } from "./b.ts"; import type { A } from "./a.ts";',
    });
    expect(findCycle(cyclic, () => true)).toEqual(["b.ts", "c.ts", "b.ts"]);
    const typed = inMemory({
      "a.ts": 'import { b } from "./b.ts";',
      "b.ts": 'import type { A } from "./a.ts";',
    });
    expect(findCycle(typed, found => found.kind === "value")).toBeUndefined();
    expect(findCycle(typed, () => true)).toEqual(["a.ts", "b.ts", "a.ts"]);
    expect(findCycle(inMemory({ "a.ts": 'import "./a.ts";' }), () => true)).toEqual(["a.ts", "a.ts"]);
  });

  it("find folders that need each other", () => {
    const crossed = inMemory({
      "a/x/one.ts": 'import "../y/two.ts";',
      "a/y/two.ts": "",
      "a/y/three.ts": 'import type { A } from "../x/four.ts";',
      "a/x/four.ts": "",
    });
    expect(findCycle(crossed, () => true)).toBeUndefined();
    expect(findFolderCycle(crossed)).toEqual(["a/x", "a/y", "a/x"]);
    const straight = inMemory({
      "a/index.ts": 'import "./x/one.ts";',
      "a/x/one.ts": 'import "../types.ts"; import "../../b.ts";',
      "a/types.ts": "",
      "b.ts": "",
    });
    expect(findFolderCycle(straight)).toBeUndefined();
  });

  it("name the package of a specifier, and what a module loads", () => {
    expect(["jose/jwt/sign", "@middy/core/x", "ajv"].map(packageOf)).toEqual(["jose", "@middy/core", "ajv"]);
    const chain = inMemory({
      "a.ts": 'import "./b.ts"; import type { X } from "./t.ts"; const c = import("./c.ts");',
      "b.ts": 'import "jose";',
      "c.ts": 'import "ajv";',
      "t.ts": "",
    });
    expect([...loadedWith(chain, "a.ts")]).toEqual(["b.ts", "jose"]);
  });

  it("have something to look at", () => {
    for (const folder of [...folders, client]) {
      expect([folder, files.some(path => path.startsWith(`${folder}/`))]).toEqual([folder, true]);
    }
  });
});

describe("the folders", () => {
  const roomOf = (path: string): string => path.split("/", 1)[0] ?? "";
  const rank = (path: string): number => folders.indexOf(roomOf(path));
  const inner = edges.filter(found => isInside(found) && found.path !== face);

  it("import one way only: tools, api, generics, middlewares, src", () => {
    const wrong = inner
      .filter(({ path, target }) => roomOf(path) !== client && roomOf(target) !== client)
      .filter(({ path, target }) => rank(target) < 0 || rank(target) > rank(path));
    expect(wrong.map(show)).toEqual([]);
  });

  it("leave the client aside: tools alone use it, and it takes types alone from src", () => {
    const wrong = inner.filter(({ path, target, kind }) => {
      if (roomOf(path) === client)
        return roomOf(target) !== client && (roomOf(target) !== "src" || kind === "value");
      return roomOf(target) === client && roomOf(path) !== "tools";
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("import only files that are there, with their extension", () => {
    expect(edges.filter(found => isInside(found) && !graph.has(found.target)).map(show)).toEqual([]);
  });

  it("do not import the public face", () => {
    const wrong = edges.filter(({ target }) => target === face || packageOf(target) === manifest.name);
    expect(wrong.map(show)).toEqual([]);
  });

  it("of tools are an arrow too: esbuild, cli, then dev, testing and deploy, then the emulator", () => {
    const mayOpen: Record<string, RegExp> = {
      "tools/esbuild/": /^tools\/esbuild\//,
      "tools/cli/": /^tools\/(cli|esbuild)\//,
      "tools/dev/": /^tools\/(cli|dev)\//,
      "tools/deploy/": /^tools\/(cli|deploy)\//,
      "tools/testing/": /^tools\/testing\//,
      "tools/aws/": /^tools\/(testing|dev|aws)\//,
    };
    const wrong = edges.filter(({ path, target }) => {
      const folder = /^tools\/\w+\//.exec(target)?.[0] ?? "";
      return mayOpen[folder]?.test(path) === false;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("of the client load nothing that is not its own", () => {
    expect([...loadedWith(graph, "client/index.ts")].filter(path => !path.startsWith("client/"))).toEqual([]);
  });

  it("of the test kit do not read the settings: tests set the environment after they import it", () => {
    expect([...loadedWith(graph, "tools/testing/index.ts")]).not.toContain("src/core/settings.ts");
  });

  it("do not need each other, at any depth, not even for types", () => {
    const inside = new Map([...graph].filter(([path]) => path !== face));
    expect(findFolderCycle(inside)).toBeUndefined();
  });

  it("have no cycle, not even of types", () => {
    expect(findCycle(graph, found => found.kind === "value")).toBeUndefined();
    expect(findCycle(graph, () => true)).toBeUndefined();
  });
});

describe("packages", () => {
  /** Where a package, or a builtin that costs something, may be imported. */
  const places: [name: string, place: RegExp][] = [
    ["jose", /^src\/auth\//],
    ["ajv", /^src\/schema\//],
    ["ajv-formats", /^src\/schema\//],
    ["kysely", /^src\/(models\/sql\/|models\/nodeSqlite\/|models\/sqlite\.ts$|idempotency\/sql\.ts$)/],
    ["drizzle-orm", /^src\/models\/drizzle\//],
    ["@aws-sdk/client-dynamodb", /^src\/(models\/dynamo\/|idempotency\/dynamo\.ts$)/],
    ["node:sqlite", /^src\/models\/(sqlite\.ts$|nodeSqlite\/)/],
    ["csv-stringify", /^generics\/parts\/csv\.ts$/],
    ["rou3", /^api\/routes\//],
    ["@remix-run/multipart-parser", /^src\/http\/multipart\.ts$/],
    ["node:http", /^tools\/(dev|aws\/endpoint)\//],
    ["node:worker_threads", /^tools\/cli\/worker\//],
    ["esbuild", /^tools\/(cli|esbuild)\//],
    ["node:https", /^$/],
    ["node:zlib", /^(api\/docs|tools\/cli\/build|src\/events\/envelope)\//],
    ["swagger-ui-dist", /^api\/docs\//],
    ["node:stream", /^(src\/stream|tools\/cli\/commands)\//],
    ["node:events", /^src\/stream\//],
    ["yaml", /^(src\/core\/settingsFile\.ts$|tools\/cli\/)/],
    ["@middy/warmup", /^middlewares\/(warmup|middyPreset)\.ts$/],
    ["@middy/http-cors", /^middlewares\/cors\.ts$/],
    ["@middy/http-error-handler", /^middlewares\/middyPreset\.ts$/],
    ["@middy/http-json-body-parser", /^middlewares\/middyPreset\.ts$/],
  ];

  it.each(places)("%s is imported only where it belongs", (name, place) => {
    const wrong = bare.filter(({ path, target }) => packageOf(target) === name && !place.test(path));
    expect(wrong.map(show)).toEqual([]);
  });

  it("@middy/core runs only in src/pipeline; others may name its types", () => {
    const wrong = bare.filter(
      ({ path, target, kind }) =>
        packageOf(target) === "@middy/core" && kind === "value" && !path.startsWith("src/pipeline/"),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it("that are imported are dependencies, and all dependencies are used", () => {
    const needed = { ...manifest.dependencies, ...manifest.peerDependencies };
    // A client of this one is known by its shape: nothing of it is imported, not even a type.
    const byShape = ["@aws-lite/client"];
    const used = [...bare.map(({ target }) => packageOf(target)), ...byShape]
      .filter(name => !name.startsWith("node:"))
      .map(name => (needed[name] === undefined ? `@types/${name}` : name));
    expect(new Set(used)).toEqual(new Set(Object.keys(needed)));
  });

  it("that are types alone are imported as types", () => {
    const wrong = bare.filter(
      ({ target, kind }) =>
        kind === "value" && (target === "aws-lambda" || target === "@standard-schema/spec"),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it("that users may do without, node:http and the docs page do not come with the public face", () => {
    const apart = [...Object.keys(manifest.peerDependencies), "node:http", "node:sqlite", "node:zlib"];
    const unwanted = [...loadedWith(graph, face)].filter(
      target => apart.includes(packageOf(target)) || target.startsWith("api/docs/"),
    );
    expect(unwanted).toEqual([]);
  });

  it("of the runtime are named with node:", () => {
    const wrong = bare.filter(({ target }) =>
      /^(fs|path|http|https|crypto|url|util|os|stream)(\/|$)/.test(target),
    );
    expect(wrong.map(show)).toEqual([]);
  });
});

describe("files", () => {
  const factories = modules.filter(({ path }) => /^(middlewares|generics)\/\w+\.ts$/.test(path));

  it("of middlewares and generics export a function of their own name", () => {
    const own = ({ path, exports }: Module): boolean => exports.includes(basename(path, ".ts"));
    expect(factories.filter(module => !own(module)).map(({ path }) => path)).toEqual([]);
  });

  it("of middlewares and generics have a test of the same name", () => {
    const testOf = ({ path }: Module): string => `test/${path.replace(/\.ts$/, ".test.ts")}`;
    expect(factories.map(testOf).filter(path => !existsSync(`${root}/${path}`))).toEqual([]);
  });

  it("are published by a subpath or imported by another file", () => {
    const imported = new Set(edges.map(({ target }) => target));
    const exported = Object.values(manifest.exports as Record<string, { default?: string } | string | null>);
    const published = exported
      .map(target => (typeof target === "object" ? target?.default : undefined))
      .concat(Object.values(manifest.bin as Record<string, string>))
      // What a name of the package's own stands for under a condition.
      .concat(Object.values(manifest.imports as Record<string, object>).flatMap(Object.values))
      .filter(target => target !== undefined)
      .flatMap(target =>
        globSync(target.replace(/^(\.\/)?dist\//, "").replace(/\.js$/, ".ts"), { cwd: root }),
      );
    expect(files.filter(path => !imported.has(path) && !published.includes(path))).toEqual([]);
  });

  it("are of 200 lines of code at most", () => {
    expect(modules.filter(({ lines }) => lines > 200).map(({ path, lines }) => `${path}: ${lines}`)).toEqual(
      [],
    );
  });
});
