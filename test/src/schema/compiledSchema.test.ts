import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { compiledSchema } from "../../../src/schema/compiledSchema.ts";
import type { CompiledValidator } from "../../../src/schema/jsonSchemaObject.ts";
import { checkSchema, checkText } from "../../../src/schema/standard.ts";

const schema = {
  type: "object",
  properties: {
    email: { type: "string" },
    role: { type: "string", default: "user" },
    age: { type: "integer" },
  },
  required: ["email"],
} as const;

/** The validator as a build step writes it, loaded from its file. */
async function standaloneValidator(): Promise<CompiledValidator> {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, code: { source: true, esm: true } });
  const folder = mkdtempSync(join(tmpdir(), "tsverless-"));
  try {
    const file = join(folder, "user.mjs");
    writeFileSync(file, standalone.default(ajv, ajv.compile(schema)));
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      default: CompiledValidator;
    };
    return module.default;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("compiledSchema", () => {
  it("checks with standalone code as jsonSchema does, on a copy", async () => {
    const User = compiledSchema(schema, await standaloneValidator());
    const input = { email: "a@b.c" };
    expect(checkSchema(User, input)).toEqual({ value: { email: "a@b.c", role: "user" } });
    expect(input).toEqual({ email: "a@b.c" });
    expect(checkSchema(User, { role: 5 })).toEqual({
      errors: [
        { field: "email", message: "is required" },
        { field: "role", message: "must be string" },
      ],
    });
    expect(checkSchema(User, { email: "a@b.c", age: "5" }, checkText)).toMatchObject({ value: { age: 5 } });
    expect(User["~standard"].jsonSchema.input({ target: "draft-2020-12" })).toEqual(schema);
  });

  it("gives what a validator makes of the value as a whole", () => {
    const coercing = new Ajv2020({ coerceTypes: true }).compile({ type: "integer" });
    expect(checkSchema(compiledSchema({ type: "integer" }, coercing), "5")).toEqual({ value: 5 });
  });

  it("bundles without Ajv", async () => {
    const { metafile } = await build({
      entryPoints: [new URL("../../../src/schema/compiledSchema.ts", import.meta.url).pathname],
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
    });
    expect(Object.keys(metafile.inputs).filter(path => path.includes("ajv"))).toEqual([]);
  });

  it("refuses what is not a schema or no validator", () => {
    for (const validate of [undefined, null, {}, "x"]) {
      expect(() => compiledSchema(schema, validate as never)).toThrow(
        new TypeError("compiledSchema: validate must be a function"),
      );
    }
    expect(() => compiledSchema("x" as never, () => true)).toThrow(
      new TypeError("compiledSchema: schema must be an object or true or false"),
    );
  });
});
