import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqliteNotes } from "../../../../tools/cli/build/sqliteNotes.ts";
import { type Ended, makeProject, ownTsverless, type Project, sqliteApi } from "../../../support/cli.ts";
import { eventOf, received } from "../../../support/events.ts";
import { runBuilt } from "../../../support/runBuilt.ts";
import { responsesOf, schemaRequests, schemaResponses, schemaShop } from "../../../support/schemaShop.ts";

const shop = {
  "src/models.ts": `
    import { memoryModel } from "tsverless/models/memory";
    export const Users = memoryModel<{ id: string; email: string }>({ name: "User" });
    export const Items = memoryModel<{ id: string; title: string }>({ name: "Item" });`,
  "src/users.ts": `
    import { createHandler, pick } from "tsverless";
    import { Users } from "./models.ts";
    export const signUp = createHandler(Users, { required: ["email"], serializer: pick("id", "email") });`,
  "src/items.ts": `
    import { pick, resource } from "tsverless";
    import { Items } from "./models.ts";
    export const items = resource(Items, {
      auth: { optional: true, model: Items },
      serializer: pick("id", "title"), required: ["title"],
    });`,
  "src/index.ts": 'export { signUp } from "./users.ts"; export { items } from "./items.ts";',
  "src/api.ts": `
    import { api, pipeline, serialize } from "tsverless";
    import { items, signUp } from "./index.ts";
    export const shop = api({ items, "POST /users": signUp, "GET /version": pipeline([serialize()], () => ({ version: 1 })) });
    export const { handler } = shop;`,
};

interface Report {
  functions: {
    name: string;
    size: number;
    gzip: number;
    start: number;
    from: string;
    parts: { name: string; bytes: number }[];
    files: { path: string; size: number }[];
  }[];
  notes: string[];
}

const post = (path: string, body: object): unknown =>
  eventOf("http", {
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const get = (path: string, pathParameters?: Record<string, string>): unknown =>
  eventOf("http", { path, ...(pathParameters && { pathParameters }) });
const resultsOf = (
  folder: string,
  events: readonly unknown[],
  environment?: Record<string, string>,
): [number, unknown][] => responsesOf(runBuilt(folder, events, environment));

const pathIn = ({ folder }: Project, path: string): string => join(folder, path);
const projects: Project[] = [];
function project(files: Record<string, string>): Project {
  const made = makeProject(files);
  projects.push(made);
  return made;
}
const cli = (made: Project, ...args: string[]): Promise<Ended> => ownTsverless(args, { cwd: made.folder });
afterAll(() => {
  for (const made of projects) made.remove();
});

describe("build", () => {
  it("makes one function of all routes, which answers events in plain Node", async () => {
    const made = project(shop);
    const { code, out, err } = await cli(made, "build");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(
      /^FUNCTION +SIZE +GZIP +AT START +FROM\ndist\/api\/index\.mjs +[\d.]+ kB .*src\/api\.ts \S+\n$/,
    );
    const responses = resultsOf(pathIn(made, "dist/api"), [
      post("/users", { email: "ann@example.com" }),
      get("/version"),
      get("/nothing"),
    ]);
    expect(responses).toEqual([
      [201, { id: expect.any(String), email: "ann@example.com" }],
      [200, { version: 1 }],
      [404, { code: 404, message: "Resource Not Found" }],
    ]);
  });

  it("prints, as JSON, the sizes that the files have", async () => {
    const made = project(shop);
    const { functions } = JSON.parse(
      (await cli(made, "build", "--each", "--minify", "--json")).out,
    ) as Report;
    expect(functions.length).toBeGreaterThan(5);
    for (const { size, gzip, start, files, parts } of functions) {
      const paths = files.map(({ path }) => path);
      const folder = (paths[0] as string).split("/").slice(0, 2).join("/");
      expect(paths.sort()).toEqual(
        globSync(`${folder}/**/*.mjs`, { cwd: made.folder })
          .map(path => path.replaceAll("\\", "/"))
          .sort(),
      );
      const contents = paths.map(path => readFileSync(pathIn(made, path)));
      expect(files.map(file => file.size).sort()).toEqual(
        paths.map(path => statSync(pathIn(made, path)).size).sort(),
      );
      expect(size).toBe(contents.reduce((sum, { length }) => sum + length, 0));
      expect(gzip).toBe(contents.reduce((sum, content) => sum + gzipSync(content).length, 0));
      expect(start).toBeLessThanOrEqual(size);
      expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(size);
      expect(parts.map(({ bytes }) => bytes)).toEqual(parts.map(({ bytes }) => bytes).sort((a, b) => b - a));
    }
  });

  it("reads at start what is imported, and leaves jose for later, unless nothing is split", async () => {
    const made = project(shop);
    const later = async (...args: string[]): Promise<number[]> => {
      const { functions } = JSON.parse((await cli(made, "build", "--each", "--json", ...args)).out) as Report;
      // What asks for no user has no jose.
      const asking = functions.filter(({ name }) => name !== "postUsers");
      return asking.map(({ size, start }) => size - start);
    };
    for (const bytes of await later()) expect(bytes).toBeGreaterThan(20_000);
    const chunks = globSync("dist/itemsList/chunks/jose-*.mjs", { cwd: made.folder });
    expect(chunks).toHaveLength(1);
    expect(new Set(await later("--no-splitting"))).toEqual(new Set([0]));
    expect(globSync("dist/itemsList/**/*.mjs", { cwd: made.folder })).toEqual(["dist/itemsList/index.mjs"]);
  });
});

describe("what is loaded late", () => {
  const files = {
    "node_modules/parts/package.json":
      '{ "name": "parts", "type": "module", "sideEffects": false, "exports": { ".": "./index.js", "./old": "./old.cjs" } }',
    "node_modules/parts/index.js": `
      export { add } from "./add.js";
      export const unused = () => import("./unused.js");
      export const alsoUnused = () => import("./add.js");
      export const words = () => import("./words.json", { with: { type: "json" } });
      export const deep = () => import("./deep.js");`,
    "node_modules/parts/add.js": "export const add = (a, b) => a + b;",
    "node_modules/parts/unused.js": 'import { add } from "./add.js"; export const never = add(1, 1);',
    "node_modules/parts/words.json": '["late"]',
    "node_modules/parts/deep.js": `
      import { add } from "./add.js";
      export const deeper = async () => add(1, (await import("./deeper.js")).two);
      export const never = () => import("./neverDeeper.js");`,
    "node_modules/parts/deeper.js": "export const two = 2;",
    "node_modules/parts/neverDeeper.js": "export const never = 3;",
    "node_modules/parts/old.cjs": "exports.old = 4;",
    "src/index.ts": `
      import { add, deep, words } from "parts";
      export const handler = async () => {
        const { default: [word] } = await words();
        return [add(1, 1), word, await (await deep()).deeper(), (await import("parts/old")).default.old];
      };`,
  };
  const chunks = (made: Project): string[] =>
    globSync("dist/api/chunks/*.mjs", { cwd: made.folder })
      .map(path => path.replace(/^.*[\\/]|-\w+\.mjs$/g, ""))
      // What two of them have in common has no name.
      .filter(name => name !== "chunk")
      .sort();

  it.each(["--minify", "--sourcemap"])(
    "makes chunks of its own where code is left that loads it, and there alone, with %s",
    async how => {
      const made = project(files);
      const { code, err } = await cli(made, "build", how);
      expect([code, err]).toEqual([0, ""]);
      // What deep.js has that nobody calls by its name can still be reached: a module that is loaded late is whole.
      expect(chunks(made)).toEqual(["deep", "deeper", "neverDeeper", "old", "words"]);
      expect(runBuilt(pathIn(made, "dist/api"), [{}])).toEqual([[2, "late", 3, 4]]);
    },
  );

  it("may be a package that is not there", async () => {
    const made = project({
      "src/index.ts": `
        export const handler = async () => {
          try { return await import("not-here"); } catch { return "not here"; }
        };`,
    });
    expect((await cli(made, "build")).code).toBe(0);
    expect(runBuilt(pathIn(made, "dist/api"), [{}])).toEqual(["not here"]);
  });
});

describe("build --each", () => {
  let made: Project;
  let report: Report;
  const partsOf = (name: string): string[] =>
    (report.functions.find(one => one.name === name) as Report["functions"][number]).parts.map(
      part => part.name,
    );

  beforeAll(async () => {
    made = project(shop);
    report = JSON.parse((await cli(made, "build", "--each", "--json")).out) as Report;
  });

  it("takes each handler from the smallest module that exports it", async () => {
    expect(report.functions.map(({ name, from }) => [name, from])).toEqual([
      ["itemsCreate", "src/items.ts items.create"],
      ["itemsList", "src/items.ts items.list"],
      ["itemsRetrieve", "src/items.ts items.retrieve"],
      ["itemsUpdate", "src/items.ts items.update"],
      ["itemsDelete", "src/items.ts items.delete"],
      ["postUsers", "src/users.ts signUp"],
      ["getVersion", "src/api.ts shop.handlers.getVersion"],
    ]);
  });

  it("carries no source of the others, nor of the router", async () => {
    expect(partsOf("postUsers")).toEqual(expect.arrayContaining(["src/users.ts", "src/models.ts"]));
    expect(partsOf("postUsers").filter(part => /items|api\.ts|rou3|resource/.test(part))).toEqual([]);
    expect(partsOf("itemsList").filter(part => /users|api\.ts|rou3/.test(part))).toEqual([]);
  });

  it("says which bundle carries the whole API, and why", async () => {
    expect(partsOf("getVersion")).toContain("src/items.ts");
    expect(report.notes).toEqual([
      "The bundles of getVersion carry the whole API: only a module with all handlers exports theirs. Export them from modules of their own.",
    ]);
  });

  it("makes functions that answer events in plain Node, each alone", async () => {
    const id = "7";
    expect(
      resultsOf(pathIn(made, "dist/postUsers"), [post("/users", { email: "a@b.c" }), post("/users", {})]),
    ).toEqual([
      [201, { id: expect.any(String), email: "a@b.c" }],
      [400, { code: 400, message: "Missing key(s): email" }],
    ]);
    expect(resultsOf(pathIn(made, "dist/itemsList"), [get("/items")])).toEqual([[200, []]]);
    expect(resultsOf(pathIn(made, "dist/itemsCreate"), [post("/items", { title: "x" })])).toEqual([
      [201, { id: expect.any(String), title: "x" }],
    ]);
    for (const name of ["itemsRetrieve", "itemsUpdate", "itemsDelete"]) {
      const event =
        name === "itemsRetrieve"
          ? get("/items/7", { id })
          : { ...(post("/items/7", {}) as object), pathParameters: { id } };
      expect(resultsOf(pathIn(made, `dist/${name}`), [event])).toEqual([
        [404, { code: 404, message: "Resource Not Found" }],
      ]);
    }
    expect(resultsOf(pathIn(made, "dist/getVersion"), [get("/version")])).toEqual([[200, { version: 1 }]]);
  });
});

describe("settings", () => {
  const api = (more: string): Record<string, string> => ({
    ...shop,
    "src/api.ts": `${more}
      import { api } from "tsverless";
      import { items, signUp } from "./index.ts";
      export default api({ items, "POST /users": signUp });`,
  });
  const origin = (made: Project): unknown => {
    const [response] = runBuilt(pathIn(made, "dist/postUsers"), [post("/users", {})]);
    return received("http", response).headers["access-control-allow-origin"];
  };

  it("of a module without handlers reach every function", async () => {
    const made = project({
      ...api('import "./settings.ts";'),
      "src/settings.ts":
        'import { configure } from "tsverless"; configure({ corsOrigin: "https://shop.example" });',
    });
    const { err } = await cli(made, "build", "--each");
    expect([err, origin(made)]).toEqual(["", "https://shop.example"]);
  });

  it("of the entry can't reach functions of their own, and the user hears of it", async () => {
    const made = project(
      api('import { configure } from "tsverless"; configure({ corsOrigin: "https://shop.example" });'),
    );
    const { err } = await cli(made, "build", "--each");
    expect(origin(made)).toBe("*");
    expect(err).toBe(
      "note: The settings that src/api.ts makes do not reach itemsCreate, itemsList, itemsRetrieve, itemsUpdate, itemsDelete, postUsers. Make them in a module without handlers, or by TSVERLESS_* variables.\n",
    );
  });
});

describe("an SQLite file", () => {
  it.each(["--one", "--each"])("that Lambda can't keep is named, with %s", async how => {
    const made = project({ "src/api.ts": sqliteApi() });
    const { notes } = JSON.parse((await cli(made, "build", how, "--json")).out) as Report;
    expect(notes.at(-1)).toBe(
      "Lambda can't keep the SQLite file ./.data/shop.sqlite: a function may write to /tmp alone, which ends with its instance. Use a database outside of it: PostgreSQL, MySQL or DynamoDB.",
    );
  });

  it("in memory, or on a file system that is mounted, is not", async () => {
    expect(sqliteNotes([":memory:", "", "/mnt/shop/shop.sqlite"])).toEqual([]);
    expect(sqliteNotes(["/tmp/shop.sqlite", "a/mnt/b.sqlite"])).toHaveLength(2);
    const made = project({ "src/api.ts": sqliteApi().replace("./.data/shop.sqlite", ":memory:") });
    expect((await cli(made, "build")).err).toBe("");
  });
});

describe("a misspelt field", () => {
  it.each([
    ['ordering: ["titel"]', /TypeError: listHandler: option "ordering" names "titel", .*it has id, title\n/],
    [
      'update: { optional: ["titel"] }',
      /TypeError: updateHandler: option "optional" names "titel", .*it has id, title\n/,
    ],
  ])("%s fails the build", async (option, message) => {
    const made = project({ "src/api.ts": sqliteApi(option) });
    const { code, out, err } = await cli(made, "build");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(message);
    expect(made.has("dist")).toBe(false);
  });
});

describe("other entries", () => {
  const routes = {
    ...shop,
    "src/api.ts": `
      import { items, signUp } from "./index.ts";
      export const routes = { "POST /users": signUp, "GET /items": items.list, "GET /items/{id}": items.retrieve };`,
  };

  it("handlers by route key become one function with a router, or one each", async () => {
    const made = project(routes);
    expect((await cli(made, "build")).code).toBe(0);
    const responses = resultsOf(pathIn(made, "dist/api"), [get("/items"), get("/items/7"), get("/other")]);
    expect(responses.map(([status]) => status)).toEqual([200, 404, 404]);
    const { functions } = JSON.parse((await cli(made, "build", "--each", "--json")).out) as Report;
    expect(functions.map(({ name, from }) => [name, from])).toEqual([
      ["postUsers", "src/users.ts signUp"],
      ["getItems", "src/items.ts items.list"],
      ["getItemsId", "src/items.ts items.retrieve"],
    ]);
  });

  it("a single handler is the function", async () => {
    const made = project(shop);
    expect((await cli(made, "build", "src/users.ts")).code).toBe(0);
    expect(resultsOf(pathIn(made, "dist/api"), [post("/users", { email: "a@b.c" })])).toEqual([
      [201, { id: expect.any(String), email: "a@b.c" }],
    ]);
  });

  it("several handlers without routes need --each", async () => {
    const made = project({ "src/index.ts": "export const a = () => 1; export const b = () => 2;" });
    expect(await cli(made, "build")).toEqual({
      code: 1,
      out: "",
      err: "tsverless: src/index.ts exports a, b and no routes; use --each\n",
    });
    expect((await cli(made, "build", "--each")).code).toBe(0);
    expect([runBuilt(pathIn(made, "dist/a"), [{}]), runBuilt(pathIn(made, "dist/b"), [{}])]).toEqual([
      [1],
      [2],
    ]);
  });

  it("handlers of one module that are not an API are not said to carry one", async () => {
    const made = project({
      "src/jobs.ts": `
        import { s3Handler, sqsHandler } from "tsverless";
        export const nightly = s3Handler(() => "nightly");
        export const notify = sqsHandler(() => "notify");`,
    });
    const { code, err } = await cli(made, "build", "src/jobs.ts", "--each");
    expect([code, err]).toEqual([0, ""]);
  });

  it("routes whose names differ in punctuation alone are refused", async () => {
    const made = project({
      "src/index.ts": 'const f = () => 1; export const routes = { "GET /a-b": f, "GET /a/b": f };',
    });
    expect(await cli(made, "build", "--each")).toEqual({
      code: 1,
      out: "",
      err: 'tsverless: "GET /a-b" and "GET /a/b" have the same name, getAB\n',
    });
  });
});

describe("packages", () => {
  it("of CommonJS may require what Node has", async () => {
    const made = project({
      "node_modules/old/index.js": 'const { sep } = require("node:path"); module.exports = () => sep.length;',
      "node_modules/old/package.json": '{ "name": "old", "main": "index.js" }',
      "src/index.ts": 'import old from "old"; export const handler = () => old();',
    });
    expect((await cli(made, "build")).code).toBe(0);
    expect(runBuilt(pathIn(made, "dist/api"), [{}])).toEqual([1]);
  });

  it("of CommonJS may ask where they are, whatever the project calls its own folder", async () => {
    const made = project({
      "node_modules/old/index.js":
        'const { basename } = require("node:path"); module.exports = () => [basename(__dirname), basename(__filename)];',
      "node_modules/old/package.json": '{ "name": "old", "main": "index.js" }',
      "src/index.ts": `
        import { basename, dirname } from "node:path";
        import { fileURLToPath } from "node:url";
        import old from "old";
        const __filename = fileURLToPath(import.meta.url);
        const __dirname = dirname(__filename);
        export const handler = () => [...old(), basename(__dirname), basename(__filename)];`,
    });
    const { code, err } = await cli(made, "build");
    expect([code, err]).toEqual([0, ""]);
    const [response] = runBuilt(pathIn(made, "dist/api"), [{}]) as [string[]];
    expect(response.slice(0, 2)).toEqual(response.slice(2));
    expect(response[1]).toBe("index.mjs");
  });

  it.each<[what: string, source: string, why: string]>([
    [
      "reads a file that is not there",
      'require("node:fs").readFileSync(__dirname + "/words.txt");',
      "words.txt",
    ],
    ["throws", 'throw new Error("no region is set");', "no region is set"],
    ["ends the process", "process.exit(3);", "It ended its process with exit code 3 while it was loaded"],
  ])("that %s when it is loaded from the bundle is an error of build", async (_what, source, why) => {
    const inBundle = `if (__filename.endsWith("index.mjs")) { ${source} } module.exports = 1;`;
    const made = project({
      "node_modules/odd/index.js": inBundle,
      "node_modules/odd/package.json": '{ "name": "odd", "main": "index.js" }',
      "src/index.ts": 'import odd from "odd"; export const handler = () => odd;',
    });
    const { code, out, err } = await cli(made, "build");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^tsverless: dist\/api\/index\.mjs was written, but can't be loaded\. /);
    expect(err).toContain(why);
  });

  it("that are external and not here leave a bundle unlooked at, which is said", async () => {
    const made = project({
      "node_modules/@own/layer/index.js": "export const layer = 1;",
      "node_modules/@own/layer/package.json":
        '{ "name": "@own/layer", "type": "module", "exports": "./index.js" }',
      "src/index.ts": 'import { layer } from "@own/layer"; export const handler = () => layer;',
    });
    const out = mkdtempSync(join(realpathSync(tmpdir()), "away-"));
    try {
      const { code, err } = await cli(made, "build", "--external", "@own/*", "--out", out);
      expect(code).toBe(0);
      expect(err).toMatch(
        /was not loaded to see whether it can be: @own\/layer, which was left out, is not here\.\n$/,
      );
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });

  it("that are external stay outside, also by a pattern", async () => {
    const made = project({
      "src/index.ts":
        'export const handler = async () => [await import("@aws-sdk/client-s3"), await import("pg")];',
    });
    expect((await cli(made, "build", "--external", "@aws-sdk/*, pg")).code).toBe(0);
    expect(made.read("dist/api/index.mjs")).toContain('import("@aws-sdk/client-s3")');
    expect(made.read("dist/api/index.mjs")).toContain('import("pg")');
  });
});

describe("JSON Schemas", () => {
  const ajv = /(^|\/)ajv(-formats)?(\/|$)/;
  const madeOfText = /\bnew Function\b|\bFunction\(|\beval\(/;
  const reportOf = async (made: Project, ...args: string[]): Promise<Report> =>
    JSON.parse((await cli(made, "build", "--json", ...args)).out) as Report;
  const namesOf = ({ parts }: Report["functions"][number]): string[] => parts.map(({ name }) => name);

  it("are compiled when the bundle is made, which answers as before and has no Ajv", async () => {
    const made = project(schemaShop);
    const compiled = await reportOf(made);
    expect(resultsOf(pathIn(made, "dist/api"), schemaRequests)).toEqual(schemaResponses);
    // Where code must not be made of text, as at the edge, it runs all the same.
    const strict = { NODE_OPTIONS: "--disallow-code-generation-from-strings" };
    expect(resultsOf(pathIn(made, "dist/api"), schemaRequests, strict)).toEqual(schemaResponses);
    expect(made.read("dist/api/index.mjs")).not.toMatch(madeOfText);
    const plain = await reportOf(made, "--no-compile");
    expect(resultsOf(pathIn(made, "dist/api"), schemaRequests)).toEqual(schemaResponses);
    expect(() => resultsOf(pathIn(made, "dist/api"), schemaRequests, strict)).toThrow(
      "Code generation from strings",
    );
    expect(made.read("dist/api/index.mjs")).toMatch(madeOfText);
    const [one, other] = [compiled.functions[0], plain.functions[0]] as [
      Report["functions"][number],
      Report["functions"][number],
    ];
    expect(namesOf(one).filter(name => ajv.test(name))).toEqual([]);
    expect(namesOf(one)).toContain("tsverless:validators");
    expect(namesOf(other)).toEqual(expect.arrayContaining(["ajv", "ajv-formats"]));
    expect(one.gzip).toBeLessThan(other.gzip - 25_000);
    expect([compiled.notes, plain.notes]).toEqual([[], []]);
  });

  it("are with --each in the functions that use them alone", async () => {
    const made = project(schemaShop);
    const { functions, notes } = await reportOf(made, "--each");
    expect(notes).toEqual([]);
    const carried = functions.map(({ name, parts }) => {
      const text = made.read(`dist/${name}/index.mjs`);
      return [
        name,
        parts.some(part => part.name === "tsverless:validators"),
        text.includes("#/properties/email/format"),
        text.includes("#/properties/page/minimum"),
      ];
    });
    expect(carried).toEqual([
      ["postUsers", true, true, false],
      ["getSearch", true, false, true],
      ["getHello", true, false, true],
    ]);
    expect(functions.flatMap(namesOf).filter(name => ajv.test(name))).toEqual([]);
    const responses = [
      ...resultsOf(pathIn(made, "dist/postUsers"), schemaRequests.slice(0, 2)),
      ...resultsOf(pathIn(made, "dist/getSearch"), schemaRequests.slice(2)),
    ];
    expect(responses).toEqual(schemaResponses);
  });

  it("that were not there when the bundle was made are a TypeError at start that names them", async () => {
    const made = project({
      "src/api.ts": `
        import { jsonBody, jsonSchema, pipeline, serialize, validate } from "tsverless";
        const Body = jsonSchema({ title: "Plan", properties: { plan: { const: process.env.PLAN ?? "free" } } });
        export const handler = pipeline([jsonBody(), validate({ body: Body }), serialize()], () => ({ ok: 1 }));`,
    });
    expect((await cli(made, "build")).code).toBe(0);
    const body = post("/", { plan: "free" });
    expect(resultsOf(pathIn(made, "dist/api"), [body])).toEqual([[200, { ok: 1 }]]);
    expect(() => runBuilt(pathIn(made, "dist/api"), [body], { PLAN: "gold" })).toThrow(
      /TypeError: jsonSchema: this schema was not there .*: \{"title":"Plan".*"gold".*\. Make it/,
    );
    expect((await cli(made, "build", "--no-compile")).code).toBe(0);
    const [response] = runBuilt(pathIn(made, "dist/api"), [post("/", { plan: "gold" })], { PLAN: "gold" });
    expect(received("http", response).status).toBe(200);
  });

  it("that differ each time are an error of build", async () => {
    const made = project({
      "src/api.ts": `
        import { jsonSchema, pipeline } from "tsverless";
        export const Body = jsonSchema({ const: String(process.hrtime.bigint()) });
        export const handler = pipeline([], () => Body);`,
    });
    const { code, err } = await cli(made, "build");
    expect(code).toBe(1);
    expect(err).toMatch(
      /can't be loaded\. TypeError: jsonSchema: this schema was not there .*compile again; or leave Ajv in, by --no-compile/,
    );
  });

  it.each<[what: string, files: Record<string, string>, why: string]>([
    [
      "JSON can't write one",
      {
        "src/api.ts": `
          import { jsonBody, jsonSchema, pipeline, serialize, validate } from "tsverless";
          const Body = jsonSchema({ not: { const: new Date(0) } });
          export const handler = pipeline([jsonBody(), validate({ body: Body }), serialize()], () => ({ ok: 1 }));`,
      },
      "a JSON Schema holds what JSON can't write, such as a Date or a bigint",
    ],
    [
      "JSON can't even begin to write one",
      {
        "src/api.ts": `
          import { jsonBody, jsonSchema, pipeline, serialize, validate } from "tsverless";
          const Body = jsonSchema({ examples: [1n] } as never);
          export const handler = pipeline([jsonBody(), validate({ body: Body }), serialize()], () => ({ ok: 1 }));`,
      },
      "a JSON Schema holds what JSON can't write, such as a Date or a bigint",
    ],
    [
      "more may be made by what is loaded late",
      {
        "src/late.ts":
          'import { jsonSchema } from "tsverless"; export const Late = jsonSchema({ minimum: 1 });',
        "src/api.ts": `
          import { jsonBody, jsonSchema, pipeline, serialize, validate } from "tsverless";
          const Body = jsonSchema({ type: "object" });
          export const handler = pipeline([jsonBody(), validate({ body: Body }), serialize()], async () => {
            await import("./late.ts");
            return { ok: 1 };
          });`,
      },
      "src/late.ts may make more of them when it is loaded, by import()",
    ],
  ])("stay with Ajv where %s, which is said", async (_what, files, why) => {
    const made = project(files);
    const { code, err } = await cli(made, "build");
    expect({ code, err }).toEqual({
      code: 0,
      err: `note: Schemas are compiled at start, and Ajv stays in the bundle: ${why}.\n`,
    });
    expect(resultsOf(pathIn(made, "dist/api"), [post("/", {})])).toEqual([[200, { ok: 1 }]]);
  });
});

describe("docs", () => {
  const withDocs = {
    "src/api.ts": `
      import { api, pipeline, serialize } from "tsverless";
      export const app = api({ "GET /hello": pipeline([serialize()], () => "hello") }, { docs: true });`,
  };
  const page = (path: string): unknown => eventOf("http", { path });

  it.each(["--one", "--each"])("take the files of their page along, with %s", async how => {
    const made = project(withDocs);
    expect((await cli(made, "build", how)).code).toBe(0);
    const [folder, assets] = how === "--one" ? ["api", "api"] : ["getDocs", "getDocsAsset"];
    const [response] = runBuilt(pathIn(made, `dist/${folder}`), [page("/docs")]);
    expect(received("http", response)).toMatchObject({ status: 200 });
    const event = {
      ...(page("/docs/swagger-ui.css") as object),
      pathParameters: { asset: "swagger-ui.css" },
    };
    const [style] = runBuilt(pathIn(made, `dist/${assets}`), [event]);
    expect(received("http", style).status).toBe(200);
    const taken = globSync("dist/*/node_modules/*/*", { cwd: made.folder }).map(path =>
      path.split("/").at(-1),
    );
    expect(taken).toEqual(
      expect.arrayContaining(["LICENSE", "package.json", "swagger-ui-bundle.js", "swagger-ui.css"]),
    );
    expect(taken.filter(name => name?.endsWith(".map"))).toEqual([]);
    if (how === "--each") expect(globSync("dist/getHello/node_modules", { cwd: made.folder })).toEqual([]);
  });
});

describe("what the user can put right", () => {
  it("is reported in one line, or with the line of code", async () => {
    const made = project({
      "broken.ts": "export const handler = (;",
      "missing.ts": 'import { x } from "./nowhere.ts"; export const handler = x;',
      "empty.ts": "export const a = 1;",
    });
    const said = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await cli(made, "build", ...args);
      expect([code, out]).toEqual([args.includes("--one") ? 2 : 1, ""]);
      return err;
    };
    expect(await said("broken.ts")).toMatch(/broken\.ts:1:24:\n.*export const handler = \(;/s);
    expect(await said("missing.ts")).toContain('Could not resolve "./nowhere.ts"');
    expect(await said("empty.ts")).toContain("empty.ts");
    expect(await said("nothing.ts")).toBe('tsverless: There is no file or folder "nothing.ts"\n');
    expect(await said("broken.ts", "--one", "--each")).toBe(
      "tsverless: --one and --each exclude each other\nTry: tsverless build --help\n",
    );
  });

  it("leaves what was built before as it is", async () => {
    const made = project(shop);
    await cli(made, "build");
    const before = made.read("dist/api/index.mjs");
    made.write("src/api.ts", "export const = 1");
    expect((await cli(made, "build")).code).toBe(1);
    expect(made.read("dist/api/index.mjs")).toBe(before);
  });
});

describe("a second build", () => {
  it("takes the place of the first, with its chunks and maps", async () => {
    const made = project(shop);
    await cli(made, "build", "--sourcemap");
    made.write("dist/other.txt", "mine");
    expect(globSync("dist/**/*.map", { cwd: made.folder }).length).toBeGreaterThan(1);
    await cli(made, "build", "--minify");
    expect(globSync("dist/**/*.map", { cwd: made.folder })).toEqual([]);
    expect(globSync("dist/api/chunks/jose-*.mjs", { cwd: made.folder })).toHaveLength(1);
    expect(made.read("dist/other.txt")).toBe("mine");
  });

  it("shows the largest parts when asked", async () => {
    const made = project(shop);
    const { out } = await cli(made, "build", "--analyze");
    expect(out).toMatch(/\n\napi +SIZE +SHARE\nrou3 +[\d.]+ kB +[\d.]+ %\njose +[\d.]+ kB +[\d.]+ %\n/);
  });
});
