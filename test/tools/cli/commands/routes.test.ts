import { afterEach, describe, expect, it } from "vitest";
import { makeProject, ownTsverless, type Project, sqliteApi } from "../../../support/cli.ts";

let project: Project;
afterEach(() => project.remove());

const routes = (files: Record<string, string>, ...args: string[]) => {
  project = makeProject(files);
  return ownTsverless(["routes", ...args], { cwd: project.folder });
};

const shop = `
import { api, authUser, errors, pick, pipeline, resource } from "tsverless";
import { memoryModel } from "tsverless/models/memory";
const Users = memoryModel<{ id: string }>({ name: "User" });
export const shop = api({
  users: resource(Users, { auth: { model: Users }, permit: () => true, serializer: pick("id"), create: false, update: false, list: { auth: undefined, permit: undefined } }),
  "GET /me": pipeline([errors(), authUser({ model: Users })], () => 1),
  "ANY /plain/{path+}": async () => 1,
  $default: async () => 2,
}, { prefix: "/v1" });`;

describe("routes", () => {
  it("are a table, with what guards them", async () => {
    expect(await routes({ "src/api.ts": shop })).toEqual({
      code: 0,
      out: `METHOD    PATH               NAME           GUARDS
GET       /v1/users          usersList      –
GET       /v1/users/{id}     usersRetrieve  authUser, permit
DELETE    /v1/users/{id}     usersDelete    authUser, permit
GET       /v1/me             getMe          authUser
ANY       /v1/plain/{path+}  anyPlainPath   –
$default                     default        –
`,
      err: "",
    });
    expect(project.leftovers()).toEqual([]);
  });

  it("are a list with --json, with the middlewares of each", async () => {
    const { code, out, err } = await routes({ "src/api.ts": shop }, "--json");
    expect([code, err]).toEqual([0, ""]);
    const list = JSON.parse(out) as { name: string }[];
    expect(list.map(({ name }) => name)).toEqual([
      "usersList",
      "usersRetrieve",
      "usersDelete",
      "getMe",
      "anyPlainPath",
      "default",
    ]);
    expect(list[3]).toEqual({ method: "GET", path: "/v1/me", name: "getMe", chain: ["errors", "authUser"] });
    expect(list[4]).toEqual({ method: "ANY", path: "/v1/plain/{path+}", name: "anyPlainPath", chain: [] });
  });
});

describe("an entry that can't be loaded is reported with the place in its source, without a stack of ours", () => {
  it.each([
    [
      "a syntax error",
      "export const = 1;",
      /^tsverless: ✘ \[ERROR\] Expected identifier but found "="\n\n {4}api\.ts:1:13:\n/,
    ],
    ["a file that is not there", 'import "./gone";', /Could not resolve "\.\/gone"\n\n {4}api\.ts:1:7:\n/],
    [
      "a package that is not there",
      'import "gone-package";',
      /^tsverless: api\.ts failed to load: Error: Cannot find package 'gone-package'; is it installed\?\n$/,
    ],
    [
      "an error",
      "const check = () => {\n  throw new RangeError('no database');\n};\ncheck();",
      /^tsverless: api\.ts failed to load: RangeError: no database\n {4}at check \(.*\/api\.ts:2:9\)\n {4}at .*\/api\.ts:4:1\b.*\n$/,
    ],
    [
      "an exit",
      "process.exit(4);",
      /^tsverless: api\.ts can't be used: It ended its process with exit code 4\n$/,
    ],
    [
      "a wait for nothing",
      "await new Promise(() => {}); export {};",
      /^tsverless: api\.ts can't be used: It ended while it was loaded: it exits, or waits for something that never comes\n$/,
    ],
    [
      "nothing to run",
      "export const limit = 5;",
      /^tsverless: api\.ts can't be used: It has nothing to run: it exports limit \(a number\)\. Export .*\n$/,
    ],
    ...[
      ['ordering: ["titel"]', 'listHandler: option "ordering"'],
      ['filters: { titel: ["exact"] }', 'listHandler: option "filters"'],
      ['search: ["titel"]', 'listHandler: option "search"'],
      ['update: { optional: ["titel"] }', 'updateHandler: option "optional"'],
    ].map(([option, where]): [what: string, text: string, message: RegExp] => [
      `a misspelt field in ${option}`,
      sqliteApi(option),
      new RegExp(
        `^tsverless: api\\.ts failed to load: TypeError: ${where} names "titel", .*it has id, title\\n[\\s\\S]*/api\\.ts:8:\\d+`,
      ),
    ]),
    [
      "a wrong option",
      'import { api } from "tsverless"; export default api({}, { prefx: "/v1" });',
      /^tsverless: api\.ts failed to load: TypeError: api: unknown option "prefx"; it takes [\s\S]*\/api\.ts:1:\d+/,
    ],
  ])("%s", async (_what, text, message) => {
    const { code, out, err } = await routes({ "api.ts": text });
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/src\/cli|node:internal|\.tsverless/);
    expect(project.leftovers()).toEqual([]);
  });

  it("is told as JSON with --json", async () => {
    const { code, err } = await routes({ "api.ts": "export const limit = 5;" }, "--json");
    expect([code, JSON.parse(err)]).toEqual([
      1,
      { error: { type: "LoadError", message: expect.stringContaining("limit (a number)") } },
    ]);
  });
});
