import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Consumer,
  makeConsumer,
  type Packed,
  packProject,
  subpathsOf,
} from "../support/packedPackage.ts";
import { responsesOf, schemaRequests, schemaResponses, schemaShop } from "../support/schemaShop.ts";

const condition = "--conditions=tsverless-compiled";
let packed: Packed;
let consumer: Consumer;

beforeAll(() => {
  packed = packProject();
  consumer = makeConsumer(packed, [...Object.keys(packed.manifest.peerDependencies), "@types/node"]);
  for (const [path, text] of Object.entries(schemaShop)) consumer.write(path, text);
});
afterAll(() => {
  consumer?.remove();
  packed?.remove();
});

describe("the package, with the condition tsverless-compiled", () => {
  it("is imported, each of its subpaths", () => {
    const names = [...subpathsOf(packed)]
      .filter(([, [target]]) => !target?.endsWith(".json"))
      .map(([path]) => `tsverless${path.slice(1)}`);
    consumer.write("all.js", names.map(name => `await import(${JSON.stringify(name)});`).join("\n"));
    expect(names.length).toBeGreaterThan(20);
    expect(consumer.node(condition, "all.js")).toEqual({ code: 0, out: "", err: "" });
  });

  it("runs what its own command line has compiled, in ES modules and in CommonJS", () => {
    const main = "node_modules/tsverless/dist/tools/cli/main.js";
    expect(consumer.node(main, "compile", "src/api.ts")).toEqual({
      code: 0,
      out: expect.stringMatching(/^validators\.mjs: 2 schemas of src\/api\.ts, /),
      err: "",
    });
    const body = `
      const results = [];
      for (const event of ${JSON.stringify(schemaRequests)}) results.push(await handler(event, {}));
      console.log(JSON.stringify(results));`;
    consumer.write("run.mjs", `import { handler } from "./src/api.ts";${body}`);
    consumer.write("run.cjs", `const { handler } = require("./src/api.ts"); (async () => {${body}})();`);
    for (const file of ["run.mjs", "run.cjs"]) {
      const { out, err } = consumer.node(condition, "--import", "./validators.mjs", file);
      expect([err, responsesOf(JSON.parse(out))]).toEqual(["", schemaResponses]);
      const { code, err: without } = consumer.node(condition, file);
      expect([code, without]).toEqual([
        1,
        expect.stringContaining("TypeError: jsonSchema: no schemas were compiled"),
      ]);
    }
  });

  it("has its types, for compilers that are told of the condition too", () => {
    consumer.write(
      "typed.ts",
      `import { type FromSchema, jsonSchema } from "tsverless/schema";
       import { tsverless } from "tsverless/esbuild";
       const Id = jsonSchema({ type: "integer" });
       export const id: FromSchema<typeof Id.schema> = 5;
       // @ts-expect-error an id is a number
       export const text: FromSchema<typeof Id.schema> = "5";
       // @ts-expect-error there is no such option
       export const plugin = tsverless({ entri: "src/api.ts" });`,
    );
    const compilerOptions = {
      module: "nodenext",
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
      customConditions: ["tsverless-compiled"],
    };
    consumer.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
    expect(consumer.tsc("tsconfig.json")).toEqual({ code: 0, out: "", err: "" });
  });
});
