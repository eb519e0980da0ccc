import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Dev, makeProject, type Project, startDev, stopAll, tsverless } from "../../../support/cli.ts";

let project: Project;
afterEach(() => {
  stopAll();
  project.remove();
});

const start = (files: Record<string, string>, ...args: string[]): Promise<Dev> => {
  project = makeProject(files);
  return startDev(args, { cwd: project.folder });
};

/** The same, and waits until the entry is loaded for the first time. */
const startLoaded = async (files: Record<string, string>, ...args: string[]): Promise<Dev> => {
  const dev = await start(files, ...args);
  await dev.says(/\n\n[\s\S]*\n\n/);
  return dev;
};

/** A handler that counts its calls, in the state of its module. */
const counter = (text: string): string => `
import { word } from "./word";
let count = 0;
export const handler = async () => ({ statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify([word, "${text}", ++count]) });`;
const files = { "api.ts": counter("first"), "word.ts": 'export const word = "one";' };

/** Lets a module or a handler wait until there is a file of this name. */
const waitFor = (name: string): string => `
  const { existsSync } = await import("node:fs");
  while (!existsSync(${JSON.stringify(name)})) await new Promise(next => setTimeout(next, 5));`;

describe("a reload", () => {
  it("comes with each change of a file, and begins with fresh state", async () => {
    const dev = await startLoaded(files);
    expect((await dev.get("/")).body).toEqual(["one", "first", 1]);
    expect((await dev.get("/")).body).toEqual(["one", "first", 2]);
    project.write("word.ts", 'export const word = "two";');
    await dev.says(/api\.ts is loaded again/);
    expect((await dev.get("/")).body).toEqual(["two", "first", 1]);
    project.write("api.ts", counter("second"));
    await dev.says(/api\.ts is loaded again/);
    expect((await dev.get("/")).body).toEqual(["two", "second", 1]);
    expect(await dev.stop()).toBe(0);
    expect(project.leftovers()).toEqual([]);
  });

  it("brings other routes", async () => {
    const dev = await startLoaded({ "api.ts": 'export const routes = { "GET /one": async () => 1 };' });
    expect((await dev.get("/one")).body).toBe(1);
    project.write("api.ts", 'export const routes = { "GET /two": async () => 2 };');
    await dev.says(/loaded again/);
    expect((await dev.get("/two")).body).toBe(2);
    expect(await dev.get("/one")).toMatchObject({ status: 404, body: { message: "Not Found" } });
  });

  it("keeps requests waiting until it is over, and lets those in flight finish where they began", async () => {
    const version = (text: string, early: string, late: string): string => `
      ${early}
      export const routes = {
        "GET /now": async () => "${text}",
        "GET /late": async () => { console.log("late has begun"); ${late} return "${text}"; },
      };`;
    const dev = await startLoaded({ "api.ts": version("old", "", waitFor("release")) });
    const late = dev.get("/late");
    await dev.says(/late has begun/);
    project.write("api.ts", version("new", `console.log("new has begun");${waitFor("go")}`, ""));
    await dev.says(/new has begun/);
    const now = dev.get("/now");
    project.write("go", "");
    expect((await now).body).toBe("new");
    expect((await dev.get("/late")).body).toBe("new");
    project.write("release", "");
    expect((await late).body).toBe("old");
  });

  it.each([
    ["a syntax error", "export const = 1;", /Expected identifier but found "="[\s\S]*api\.ts:1:13/],
    [
      "a file that is not there",
      'import "./gone"; export const handler = () => 1;',
      /Could not resolve "\.\/gone"/,
    ],
    [
      "a throwing init",
      "throw new RangeError('no database');",
      /RangeError: no database\n {4}at .*api\.ts:1:7/,
    ],
    ["a package that is not there", 'import "gone-package";', /Cannot find package 'gone-package'/],
    ["an init that exits", "process.exit(1);", /It ended its process with exit code 1/],
    ["nothing to run", "export const limit = 5;", /It has nothing to run: it exports limit \(a number\)/],
  ])(
    "that fails by %s is reported once, makes requests 500, and the next one makes it good",
    async (_what, text, message) => {
      const dev = await startLoaded(files);
      project.write("api.ts", text);
      await dev.says(message);
      expect(await dev.get("/")).toMatchObject({
        status: 500,
        body: { code: 500, message: expect.stringMatching(message) },
      });
      project.write("api.ts", counter("again"));
      await dev.says(/loaded again/);
      expect((await dev.get("/")).body).toEqual(["one", "again", 1]);
      expect(dev.output().match(new RegExp(message, "g"))).toHaveLength(1);
      expect(dev.output()).not.toMatch(/src\/cli\//);
    },
  );

  it("that fails again in the same way is not reported again", async () => {
    const failing = `import { word } from "./word"; console.log("loads " + word); throw new Error("no database");`;
    const dev = await startLoaded(files);
    project.write("api.ts", failing);
    await dev.says(/Error: no database/);
    project.write("word.ts", 'export const word = "two";');
    await dev.says(/loads two/);
    project.write("api.ts", counter("good"));
    await dev.says(/loaded again/);
    expect(dev.output().match(/no database/g)).toHaveLength(1);
  });

  it("that takes long is given up for the next one, and when the server is stopped", async () => {
    const dev = await startLoaded(files, "--timeout", "900");
    const waiting = `console.log("waits");${waitFor("never")} export const handler = async () => "never";`;
    project.write("api.ts", waiting);
    await dev.says(/waits/);
    project.write("api.ts", counter("next"));
    await dev.says(/loaded again/);
    expect((await dev.get("/")).body).toEqual(["one", "next", 1]);
    project.write("api.ts", waiting);
    await dev.says(/waits/);
    expect(await dev.stop()).toBe(0);
    expect(project.leftovers()).toEqual([]);
  });

  it("that fails is reported in colours where they are wanted, and in the response without", async () => {
    project = makeProject({ "api.ts": "export const = 1;" });
    const dev = await startDev([], { cwd: project.folder, env: { FORCE_COLOR: "1" } });
    await dev.says(/Expected identifier but found/);
    const { body } = await dev.get("/");
    expect(body).toMatchObject({ message: expect.stringContaining("Expected identifier but found") });
    expect(JSON.stringify(body)).not.toContain("\\u001b");
    const [, said = ""] = dev.output().split("tsverless:");
    expect(said.trim()).toMatch(/Expected identifier/);
    expect(said).toContain("\u001b[");
  });

  it("comes when a file is made that was missing", async () => {
    const dev = await startLoaded(files);
    project.write("api.ts", 'import { word } from "./later"; export const handler = async () => word;');
    await dev.says(/Could not resolve/);
    project.write("later.ts", 'export const word = "later";');
    await dev.says(/loaded again/);
    expect((await dev.get("/")).body).toBe("later");
  });

  it("does not come with --no-watch", async () => {
    const dev = await startLoaded(files, "--no-watch");
    project.write("api.ts", counter("second"));
    expect((await dev.get("/")).body).toEqual(["one", "first", 1]);
    expect(await dev.stop()).toBe(0);
    expect(project.leftovers()).toEqual([]);
  });
});

describe("an entry that can't be loaded at first", () => {
  it("is reported, and served as soon as it can be", async () => {
    const dev = await start({ "api.ts": "export const = 1;" });
    await dev.says(/Expected identifier but found "="/);
    expect((await dev.get("/")).status).toBe(500);
    project.write("api.ts", 'export const handler = async () => "served";');
    await dev.says(/\$default {2}handler\n/);
    expect((await dev.get("/")).body).toBe("served");
  });
});

describe("a handler", () => {
  const odd = `
    let count = 0;
    export const routes = {
      "GET /count": async () => ++count,
      "GET /hang": async () => { ++count; await new Promise(() => setInterval(() => undefined, 1000)); },
      "GET /loop": async () => { for (;;); },
      "GET /exit": async () => process.exit(3),
      "GET /later": () => new Promise(() => setTimeout(() => { throw new Error("a late failure"); })),
      "GET /throw": async () => { throw new RangeError("a failure"); },
      "GET /bad": async () => ({ statusCode: "x" }),
      "GET /context": async (_event: unknown, { functionName, getRemainingTimeInMillis }: any) => {
        const left = getRemainingTimeInMillis();
        for (let line = 1; line < 500; line++) console.log("line", line);
        console.log("printed by the handler");
        console.error("an error of the handler");
        return { functionName, inTime: left > 0 && left <= 3000, variable: process.env.FROM_FILE };
      },
    };`;

  it.each([
    ["hang", /Task timed out after 3 seconds/],
    ["loop", /Task timed out after 3 seconds/],
    ["exit", /It ended its process with exit code 3/],
    ["later", /Error: a late failure\n {4}at .*api\.ts:8:\d+/],
  ])("costs its worker when it does this: %s", async (what, message) => {
    const dev = await startLoaded({ "api.ts": odd }, "--timeout", "3");
    expect((await dev.get("/count")).body).toBe(1);
    expect(await dev.get(`/${what}`)).toMatchObject({
      status: 500,
      body: { message: "Internal Server Error" },
    });
    await dev.says(message);
    expect((await dev.get("/count")).body).toBe(1);
  });

  const crashes = `
    let count = 0;
    const soon = (act: () => void) => void setTimeout(act, 20);
    export const routes = {
      "GET /count": async () => ++count,
      "GET /throw": async () => { soon(() => { throw new RangeError("thrown late"); }); return "answered"; },
      "GET /reject": async () => { soon(() => void Promise.reject(new TypeError("rejected late"))); return "answered"; },
      "GET /text": async () => { soon(() => void Promise.reject("only text")); return "answered"; },
      "GET /async": async () => { soon(async () => { await null; throw new Error("forgotten await"); }); return "answered"; },
      "GET /exit": async () => { soon(() => process.exit(4)); return "answered"; },
    };`;

  it.each([
    ["throw", /RangeError: thrown late\n {4}at .*api\.ts:6:\d+/],
    ["reject", /TypeError: rejected late\n {4}at .*api\.ts:7:\d+/],
    ["text", /only text/],
    ["async", /Error: forgotten await\n {4}at .*api\.ts:9:\d+/],
    ["exit", /It ended its process with exit code 4/],
  ])(
    "that crashes after its response is shown with its stack, and the server goes on: %s",
    async (what, message) => {
      const dev = await startLoaded({ "api.ts": crashes });
      expect((await dev.get("/count")).body).toBe(1);
      expect(await dev.get(`/${what}`)).toMatchObject({ status: 200, body: "answered" });
      await dev.says(message);
      await dev.says(/after the response/);
      expect((await dev.get("/count")).body).toBe(1);
      expect((await dev.get("/count")).body).toBe(2);
      expect(dev.output()).not.toMatch(/cli\/host/);
      expect(await dev.stop()).toBe(0);
    },
  );

  it("that throws keeps its worker; the place in the source is shown, and nothing of it in the response", async () => {
    const dev = await startLoaded({ "api.ts": odd });
    expect((await dev.get("/count")).body).toBe(1);
    expect(await dev.get("/throw")).toMatchObject({
      status: 500,
      body: { message: "Internal Server Error" },
    });
    await dev.says(/RangeError: a failure\n {4}at .*api\.ts:9:\d+.*\n\S+ GET \/throw 500 \d+ ms getThrow\n/);
    expect((await dev.get("/bad")).status).toBe(500);
    await dev.says(/Malformed Lambda response: statusCode/);
    expect((await dev.get("/count")).body).toBe(2);
    expect(dev.output()).not.toMatch(/cli\/host/);
  });

  it("has a context and the environment of a file; what it prints comes before the line of its request", async () => {
    project = makeProject({ "api.ts": odd, "more.env": "FROM_FILE=file" });
    const dev = await startDev(["--env", "more.env", "--timeout", "3"], { cwd: project.folder });
    expect((await dev.get("/context?x=1")).body).toEqual({
      functionName: "getContext",
      inTime: true,
      variable: "file",
    });
    await dev.says(
      /line 499\nprinted by the handler\n[\s\S]*\d\d:\d\d:\d\d GET \/context\?x=1 200 \d+ ms getContext\n/,
    );
    await vi.waitUntil(() => dev.output().includes("an error of the handler"));
  });
});

describe("the source", () => {
  const shop = `
    import { api } from "tsverless";
    const show = async (event: any) => ({
      statusCode: 200,
      headers: { "content-type": "application/json" },
      isBase64Encoded: false,
      body: JSON.stringify({ version: event.version, rest: event.resource, alb: event.requestContext.elb !== undefined, id: event.pathParameters?.id, caller: event.requestContext.authorizer }),
    });
    export const shop = api({ "GET /users/{id}": show });`;

  it.each([
    ["v1", { rest: "/users/{id}", alb: false }, "getUsersId"],
    ["v2", { version: "2.0", alb: false }, "getUsersId"],
    ["http-v1", { version: "1.0", rest: "/users/{id}", alb: false }, "getUsersId"],
    ["alb", { alb: true }, "handler"],
    ["url", { version: "2.0", alb: false }, "handler"],
  ])("%s is that of the events, and is printed", async (source, marks, name) => {
    const dev = await start({ "api.ts": shop }, "--source", source, "--no-docs");
    const path = "/users/7?page=2&access_token=secret";
    expect(await dev.get(path)).toMatchObject({ status: 200, body: { ...marks, id: "7" } });
    expect((await dev.get("/openapi.json")).status).toBeGreaterThanOrEqual(403);
    await dev.says(new RegExp(`GET /users/7\\?page=2&access_token=\\(hidden\\) 200 \\d+ ms ${name}\n`));
  });

  it("may have an authorizer, in the form of the source, and a stage", async () => {
    const caller = { lambda: { principalId: "7", plan: "free" } };
    const dev = await start(
      { "api.ts": shop },
      "-s",
      "v1",
      "--stage",
      "test",
      "--authorizer",
      JSON.stringify(caller),
    );
    expect((await dev.get("/test/users/7")).body).toMatchObject({
      id: "7",
      caller: { principalId: "7", plan: "free" },
    });
    await dev.stop();
    project.write("caller.json", JSON.stringify({ jwt: { claims: { sub: "8" } } }));
    const other = await startDev(["--authorizer", "caller.json"], { cwd: project.folder });
    expect((await other.get("/users/7")).body).toMatchObject({ caller: { jwt: { claims: { sub: "8" } } } });
  });
});

describe("the hosts", () => {
  it("are those of the loopback and the ones that --allow-host names", async () => {
    const dev = await start(
      {
        "api.ts": 'import { api } from "tsverless"; export const shop = api({ "GET /one": async () => 1 });',
      },
      "--allow-host",
      "app.test, *.shop.test",
    );
    const statusOf = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get(`${dev.url}/one`, { headers: { host } }, ({ statusCode }) => resolve(statusCode)).on(
          "error",
          reject,
        );
      });
    expect(await Promise.all(["localhost", "app.test:80", "a.shop.test"].map(statusOf))).toEqual([
      200, 200, 200,
    ]);
    expect(await statusOf("evil.example")).toBe(421);
    await dev.says(/GET \/one 421/);
  });
});

describe("the documentation", () => {
  const shop = (more = ""): string => `
    import { api } from "tsverless";
    export const shop = api({ "GET /one": async () => 1, ${more} }, { basePath: "/shop" });`;

  it("is on /docs and /openapi.json, for where it is served", async () => {
    const dev = await start({ "api.ts": shop() });
    const [, docs] = await dev.says(/Its documentation is on (\S+)\n/);
    expect(docs).toBe(`${dev.url}/docs`);
    const { status, body } = await dev.get("/openapi.json");
    expect([status, body]).toMatchObject([
      200,
      { openapi: "3.1.1", servers: [{ url: "/" }], paths: { "/one": { get: { operationId: "getOne" } } } },
    ]);
    const page = await dev.get("/docs");
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const [, script = ""] = /<script[^>]* src="([^"]+)"/.exec(page.body as string) ?? [];
    const asset = await dev.get(new URL(script, `${dev.url}/docs`).href.slice(dev.url.length));
    expect([asset.status, asset.headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("javascript"),
    ]);
  });

  it("gives way to routes of the api", async () => {
    const dev = await start({
      "api.ts": shop('"GET /docs/{page}": async () => "own", "GET /openapi.json": async () => "own"'),
    });
    expect((await dev.get("/docs/x")).body).toBe("own");
    expect((await dev.get("/docs")).status).toBe(404);
    expect((await dev.get("/openapi.json")).body).toBe("own");
  });
});

describe("a secret key", () => {
  const tokens = (more = ""): string => `
    import { configure, signJwt, verifyJwt } from "tsverless";
    ${more}
    export const routes = {
      "GET /sign": async () => signJwt({ sub: "u7" }, { expiresIn: 60 }),
      "GET /verify/{token}": async (event: any) => (await verifyJwt(event.pathParameters.token)).sub,
    };`;

  it("is lent to an entry that has none, for the whole run, and that is said", async () => {
    const dev = await start({ "api.ts": tokens() });
    await dev.says(/TSVERLESS_SECRET_KEY is not set/);
    const { body: token } = await dev.get("/sign");
    project.write("api.ts", `${tokens()} // changed`);
    await dev.says(/loaded again/);
    expect((await dev.get(`/verify/${token}`)).body).toBe("u7");
  });

  it.each([
    ["the environment", tokens(), { TSVERLESS_SECRET_KEY: "s".repeat(32) }],
    ["the code", tokens('configure({ secretKey: "s".repeat(32) });'), {}],
  ])("is that of %s where it has one", async (_whose, text, env) => {
    project = makeProject({ "api.ts": text });
    const dev = await startDev([], { cwd: project.folder, env });
    expect((await dev.get("/sign")).status).toBe(200);
    expect(dev.output()).toMatch(/GET \/sign +getSign\n/);
    expect(dev.output()).not.toContain("TSVERLESS_SECRET_KEY");
  });
});

describe("a mistake is one line", () => {
  const dev = (...args: string[]) => tsverless(["dev", ...args], { cwd: project.folder });

  it.each([
    [["--authorizer", "nowhere.json"], 'There is no file "nowhere.json"'],
    [["--env", "nowhere.env"], 'There is no file "nowhere.env"'],
    [["nowhere"], 'There is no file or folder "nowhere"'],
  ])("%j", async (args, message) => {
    project = makeProject(files);
    const { code, out, err } = await dev("--port", "0", ...args);
    expect([code, out, err.split("\n").length]).toEqual([1, "", 2]);
    expect(err.startsWith(`tsverless: ${message}`)).toBe(true);
    expect(project.leftovers()).toEqual([]);
  });

  it.each([
    [["--authorizer", "{"], "What --authorizer gives is not JSON: "],
    [["--authorizer", "[]"], "--authorizer must be an object"],
    [["--authorizer", "{}"], "--authorizer must have one of jwt, lambda and iam"],
    [
      ["--source", "alb", "--stage", "test"],
      "--stage must be the name of a stage, and only v1, v2 and http-v1 have stages",
    ],
    [["--allow-host", "http://app.test"], "--allow-host must be names of hosts without a port, such as "],
  ])("that is wrong usage where an option can't have the value: %j", async (args, message) => {
    project = makeProject(files);
    const { code, out, err } = await dev("--port", "0", ...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err.startsWith(`tsverless: ${message}`)).toBe(true);
    expect(err.endsWith("\nTry: tsverless dev --help\n")).toBe(true);
    expect(err.split("\n")).toHaveLength(3);
  });

  it("when the port is taken", async () => {
    project = makeProject(files);
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise(resolve => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await dev("--port", String(port));
    other.close();
    expect([code, err]).toEqual([1, `tsverless: Port ${port} is in use; choose another with --port\n`]);
  });
});
