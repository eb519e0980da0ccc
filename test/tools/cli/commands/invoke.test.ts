import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTerminal, makeProject, ownTsverless, type Project, tsverless } from "../../../support/cli.ts";
import { eventOf } from "../../../support/events.ts";

const jobs = `
import { greet } from "./lib/greet";
import { name } from "@lib/name";
enum Mood { Good = "good" }
let count = 0;
export const nightly = async (event: { say?: string }, context: any) => {
  console.log("on stdout");
  console.error("on stderr");
  return {
    text: greet(event.say ?? name),
    mood: Mood.Good,
    count: ++count,
    called: [context.functionName, typeof context.awsRequestId, context.getRemainingTimeInMillis() > 1000],
    variables: [process.env.FROM_FILE, process.env.FROM_BOTH],
  };
};
export const odd = async (event: { do: string }) => {
  if (event.do === "throw") throw new RangeError("too much");
  if (event.do === "throw text") throw "text";
  if (event.do === "exit") process.exit(3);
  if (event.do === "fail later") return new Promise(() => setTimeout(() => { throw new Error("later"); }));
  if (event.do === "hang") return new Promise(() => setInterval(() => undefined, 1000));
  if (event.do === "loop") for (;;);
  if (event.do === "bigint") return 1n;
  return undefined;
};`;

let project: Project;
beforeAll(() => {
  project = makeProject({
    "src/jobs.ts": jobs,
    "src/lib/greet.ts": 'export const greet = (name: string): string => "Hello " + name;',
    "src/lib/name.ts": 'export const name = "you";',
    "api.ts": `
      import { api } from "tsverless";
      const one = async (event: any) => ({ statusCode: 200, body: JSON.stringify(event.pathParameters) });
      export default api({ "GET /users/{id}": one });
      export const shipped = async () => "shipped";
      export const paid = async () => "paid";`,
    "job.cjs.js": "",
    "common/package.json": "{}",
    "common/index.js": 'const { join } = require("node:path"); exports.handler = async () => join("a", "b");',
    "event.json": '{ "say": "world" }',
    "list.json": "[1]",
    "broken.json": "{",
    "variables.env": "FROM_FILE=file\nFROM_BOTH=file",
  });
  const config = JSON.parse(project.read("tsconfig.json"));
  Object.assign(config.compilerOptions.paths, { "@lib/*": ["./src/lib/*"] });
  project.write("tsconfig.json", JSON.stringify(config));
  project.write("users.json", JSON.stringify(eventOf("rest", { path: "/users/7" })));
});
afterAll(() => project.remove());

const invoke = (args: readonly string[], given: { input?: string; env?: Record<string, string> } = {}) =>
  ownTsverless(["invoke", ...args], { cwd: project.folder, ...given });

describe("invoke", () => {
  it("prints what the handler returns; what it prints itself is on stderr; nothing is left behind", async () => {
    const args = ["event.json", "--entry", "src/jobs.ts", "-f", "nightly", "--env", "variables.env"];
    const { code, out, err } = await invoke(args, { env: { FROM_BOTH: "outside" } });
    expect(JSON.parse(out)).toEqual({
      text: "Hello world",
      mood: "good",
      count: 1,
      called: ["nightly", "string", true],
      variables: ["file", "outside"],
    });
    expect(out).toContain('\n  "mood": "good",\n');
    expect([code, err.split("\n").sort()]).toEqual([0, ["", "on stderr", "on stdout"]]);
    expect(project.leftovers()).toEqual([]);
  });

  it("takes the event from stdin, and gives one line with --json", async () => {
    const { code, out } = await invoke(["-", "--entry", "src/jobs", "-f", "nightly", "--json"], {
      input: "{}",
    });
    const { ms, ...rest } = JSON.parse(out);
    expect([code, out.trim().split("\n").length, typeof ms]).toEqual([0, 1, "number"]);
    expect(rest).toMatchObject({ function: "nightly", result: { text: "Hello you", count: 1 } });
  });

  it("takes an event of HTTP to the route of the api, and asks about any other", async () => {
    const { code, out } = await invoke(["users.json"]);
    expect([code, JSON.parse(out)]).toMatchObject([0, { statusCode: 200, body: '{"id":"7"}' }]);
    expect(await invoke(["event.json"])).toEqual({
      code: 1,
      out: "",
      err: "tsverless: Which function takes an event that is none of HTTP? Choose with --function: getUsersId, paid, shipped, handler\n",
    });
    expect(await invoke(["event.json", "--function", "paid"])).toEqual({ code: 0, out: '"paid"\n', err: "" });
  });

  it("runs CommonJS, which may require what it needs", async () => {
    expect(await invoke(["event.json", "--entry", "common"])).toEqual({ code: 0, out: '"a/b"\n', err: "" });
  });

  it.each([
    ["throw", { errorType: "RangeError", errorMessage: "too much" }],
    ["throw text", { errorType: "string", errorMessage: "text", trace: [] }],
    [
      "exit",
      { errorType: "Runtime.ExitError", errorMessage: "It ended its process with exit code 3", trace: [] },
    ],
    ["fail later", { errorType: "Error", errorMessage: "later" }],
    ["hang", { errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 3 seconds", trace: [] }],
    ["loop", { errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 3 seconds", trace: [] }],
    ["bigint", { errorType: "TypeError", errorMessage: "Do not know how to serialize a BigInt" }],
  ])("says as Lambda does what went wrong, with exit code 1: %s", async (what, error) => {
    const args = ["-", "--entry", "src/jobs.ts", "-f", "odd", "--timeout", "3"];
    const { code, out, err } = await invoke(args, { input: JSON.stringify({ do: what }) });
    expect([code, JSON.parse(out), err]).toMatchObject([1, error, ""]);
    expect(project.leftovers()).toEqual([]);
  });

  it("names the place in the source where it was thrown, and none of ours", async () => {
    const args = ["-", "--entry", "src/jobs.ts", "-f", "odd", "--json"];
    const { out } = await invoke(args, { input: '{ "do": "throw" }' });
    expect(JSON.parse(out).error.trace).toEqual([
      "RangeError: too much",
      expect.stringContaining(`${project.folder}/src/jobs.ts:18:35`),
    ]);
  });

  it("gives null where nothing is returned", async () => {
    expect(await invoke(["-", "--entry", "src/jobs.ts", "-f", "odd"], { input: "{}" })).toEqual({
      code: 0,
      out: "null\n",
      err: "",
    });
  });
});

const expected = (message: string | RegExp): unknown =>
  typeof message === "string" ? message : expect.stringMatching(message);

describe("a mistake is one line, with exit code 1", () => {
  it.each([
    [["nowhere.json"], 'There is no file "nowhere.json"'],
    [["src"], `Can't read "src": EISDIR: illegal operation on a directory, read`],
    [["broken.json"], /^"broken.json" is not JSON: /],
    [["event.json", "--entry", "nowhere"], 'There is no file or folder "nowhere"'],
    [["event.json", "--env", "nowhere.env"], 'There is no file "nowhere.env"'],
    [["event.json", "-f", "shiped"], 'There is no function "shiped"; did you mean shipped?'],
    [["event.json", "-f", "x"], 'There is no function "x"; there are getUsersId, paid, shipped, handler'],
    [
      ["event.json", "--entry", "src/jobs"],
      "Which function takes an event? Choose with --function: nightly, odd",
    ],
  ])("%j", async (args, message) => {
    const { code, out, err } = await invoke([...args, "--json"]);
    expect([code, out, JSON.parse(err)]).toEqual([
      1,
      "",
      { error: { type: "UserError", message: expected(message) } },
    ]);
  });
});

describe("in a terminal", () => {
  it("shows what is going on, and how it went; in a pipe, nothing", async ({ skip }) => {
    const args = ["invoke", "users.json"];
    const screen = await inTerminal(args, { cwd: project.folder });
    if (screen === undefined) return skip("there is no `script`");
    expect(screen.code).toBe(0);
    for (const said of ["Bundling api.ts", "Loading api.ts", "Invoking handler", "handler 200 "]) {
      expect(screen.out).toContain(said);
    }
    expect(screen.out).toContain("\r\u001B[2K");
    expect((await tsverless(args, { cwd: project.folder })).err).toBe("");
  });
});
