import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageOf } from "../support/moduleGraph.ts";
import { type Consumer, makeConsumer, type Packed, packProject } from "../support/packedPackage.ts";

let packed: Packed;
let consumer: Consumer;

beforeAll(() => {
  packed = packProject();
  consumer = makeConsumer(packed, []);
  consumer.write(
    "seen.mjs",
    `import { registerHooks } from "node:module";
     const urls = [];
     registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
     process.on("exit", () => console.log(JSON.stringify(urls)));`,
  );
});
afterAll(() => {
  consumer?.remove();
  packed?.remove();
});

/** What Node loads where nothing is bundled: modules of Node, and packages by their names. */
function loadedBy(source: string): string[] {
  consumer.write("plain.mjs", source);
  const { code, out, err } = consumer.node("--import", "./seen.mjs", "plain.mjs");
  expect([code, err]).toEqual([0, ""]);
  const urls = JSON.parse(out) as string[];
  const names = urls.map(url => /.*\/node_modules\/(.*)$/.exec(url)?.[1]).filter(path => path !== undefined);
  const builtins = urls.filter(url => url.startsWith("node:"));
  return [...new Set([...names.map(packageOf), ...builtins])].filter(name => name !== "tsverless").sort();
}

const ajv = ["ajv", "ajv-formats", "fast-deep-equal", "fast-uri", "json-schema-traverse"];
/** @middy/util asks for `node:http`, which Lambda's runtime has loaded already. */
const middy = ["@middy/core", "@middy/http-cors", "@middy/util", "@middy/warmup"];
const ofMiddy = ["node:http", "node:timers"];

describe("an import without a bundler loads", () => {
  it("what the names of the package itself need, and nothing that waits for a token, a list or a model", () => {
    expect(loadedBy('import "tsverless";')).toEqual(
      [
        ...ajv,
        ...middy,
        ...["@middy/http-error-handler", "@middy/http-json-body-parser"],
        ...["@remix-run/headers", "@remix-run/multipart-parser", "rou3"],
        ...[...ofMiddy, "node:crypto", "node:net", "node:util"],
      ].sort(),
    );
  });

  it.each([
    ["tsverless/generics/createHandler", [...middy, ...ofMiddy]],
    ["tsverless/generics/sqsHandler", ["@middy/core", "@middy/util", "@middy/warmup", ...ofMiddy]],
    ["tsverless/pipeline", ["@middy/core", "@middy/util", ...ofMiddy]],
    ["tsverless/serializers", []],
    ["tsverless/auth", ["node:crypto", "node:util"]],
    ["tsverless/schema", ajv],
    ["tsverless/models/memory", []],
  ])("from %s what that needs alone", (name, expected) => {
    expect(loadedBy(`import ${JSON.stringify(name)};`)).toEqual([...expected].sort());
  });

  it("jose with the first token", () => {
    const sign = `
      import { signJwt } from "tsverless/auth";
      await signJwt({ sub: "1" }, { secret: "a secret of tests that is 32 bytes long" });`;
    expect(loadedBy(sign)).toContain("jose");
  });
});
