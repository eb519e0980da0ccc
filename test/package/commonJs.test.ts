import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Consumer, makeConsumer, type Packed, packProject } from "../support/packedPackage.ts";

/** The last TypeScript that was written in TypeScript; it is installed for the types of an OpenAPI document. */
const older = fileURLToPath(
  new URL("../packages/openapiTypes/node_modules/typescript/bin/tsc", import.meta.url),
);
if (!existsSync(older)) console.log("Skipped: TypeScript 5.9; `npm run install:openapi-types` installs it");

const source = `
import { api, createHandler, errors, pick, pipeline } from "tsverless";
import { jsonBody } from "tsverless/middlewares/jsonBody";
import { memoryModel } from "tsverless/models/memory";

interface Item {
  id: string;
  title: string;
}
const Items = memoryModel<Item>({ name: "Item" });
const create = createHandler(Items, { required: ["title"], serializer: pick("id", "title") });
const echo = pipeline([errors(), jsonBody<{ title: string }>()], ({ body }) => {
  // @ts-expect-error the types are there: a title is a string
  const title: number = body.title;
  return title;
});
export const { handler } = api({ "POST /items": create, "POST /echo": echo });
`;

const invoke = (file: string): string => `
const { handler } = require(${JSON.stringify(file)});
const event = {
  version: "2.0",
  routeKey: "POST /items",
  rawPath: "/items",
  headers: { "content-type": "application/json" },
  requestContext: { http: { method: "POST", path: "/items" } },
  body: '{"title":"Milk"}',
};
handler(event, {}).then(({ statusCode, body }) => console.log(statusCode, JSON.parse(body).title));
`;

let packed: Packed;
let consumer: Consumer;
beforeAll(() => {
  packed = packProject();
  consumer = makeConsumer(packed, ["@types/node"]);
  consumer.write("package.json", '{ "name": "consumer", "private": true }');
  consumer.write("handler.ts", source);
  consumer.write("module.mts", source);
});
afterAll(() => {
  consumer?.remove();
  packed?.remove();
});

/** Writes a tsconfig file as the manual has it. */
function configure(name: string, file: string, options: object): string {
  const compilerOptions = {
    ...{ target: "es2023", strict: true, skipLibCheck: true, types: ["node"], outDir: name },
    ...options,
  };
  consumer.write(`tsconfig.${name}.json`, JSON.stringify({ compilerOptions, files: [file] }));
  return `tsconfig.${name}.json`;
}

const clean = { code: 0, out: "", err: "" };

describe("a TypeScript project of CommonJS", () => {
  it.each([
    ["node20", { module: "node20" }],
    ["nodenext", { module: "nodenext" }],
    ["commonjs", { module: "commonjs" }],
  ])("with module %s has the types, and requires the package", (name, options) => {
    expect(consumer.tsc(configure(name, "handler.ts", options))).toEqual(clean);
    expect(consumer.node("-e", invoke(`./${name}/handler.js`))).toEqual({ ...clean, out: "201 Milk\n" });
  });

  it("with module node16 has the types in a file that is an ES module", () => {
    expect(consumer.tsc(configure("node16", "module.mts", { module: "node16" }))).toEqual(clean);
    expect(consumer.node("-e", invoke("./node16/module.mjs"))).toEqual({ ...clean, out: "201 Milk\n" });
    const { out } = consumer.tsc(configure("refused", "handler.ts", { module: "node16" }));
    expect(out).toContain("error TS1479: The current file is a CommonJS module");
  });

  it.skipIf(!existsSync(older))("has the types of TypeScript 5.9 with node20 and nodenext", () => {
    for (const module of ["node20", "nodenext"]) {
      const config = configure(`older-${module}`, "handler.ts", { module });
      expect(consumer.node(older, "--project", config)).toEqual(clean);
    }
  });
});
