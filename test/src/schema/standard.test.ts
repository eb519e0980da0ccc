import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { checkSchema, isStandardSchema, type StandardSchemaV1 } from "../../../src/schema/standard.ts";

const schemaOf = (validate: StandardSchemaV1["~standard"]["validate"]): StandardSchemaV1 => ({
  "~standard": { version: 1, vendor: "test", validate },
});

describe("checkSchema", () => {
  it("gives the schema's output", () => {
    expect(checkSchema(z.object({ a: z.string().trim() }), { a: " x ", b: 1 })).toEqual({
      value: { a: "x" },
    });
    expect(checkSchema(v.pipe(v.string(), v.toNumber()), "5")).toEqual({ value: 5 });
    expect(checkSchema(jsonSchema({ type: "string" }), "x")).toEqual({ value: "x" });
    expect(checkSchema(z.undefined(), undefined)).toEqual({ value: undefined });
  });

  it("gives one error for each issue, paths joined by dots, messages kept", () => {
    const nested = { list: [{ name: 5 }], other: 6 };
    const errors = [
      { field: "list.0.name", message: "name!" },
      { field: "other", message: "other!" },
    ];
    const zod = z.object({ list: z.array(z.object({ name: z.string("name!") })), other: z.string("other!") });
    const valibot = v.object({
      list: v.array(v.object({ name: v.string("name!") })),
      other: v.string("other!"),
    });
    expect(checkSchema(zod, nested)).toEqual({ errors });
    expect(checkSchema(valibot, nested)).toEqual({ errors });
  });

  it("reads every form of a path, and counts an empty list of issues as a failure", () => {
    const path = ["a", 0, { key: "b" }, { key: 1 }, Symbol("s")];
    expect(
      checkSchema(
        schemaOf(() => ({ issues: [{ message: "m", path }, { message: "n" }] })),
        1,
      ),
    ).toEqual({
      errors: [
        { field: "a.0.b.1.Symbol(s)", message: "m" },
        { field: "", message: "n" },
      ],
    });
    expect(
      checkSchema(
        schemaOf(() => ({ issues: [] })),
        1,
      ),
    ).toEqual({ errors: [] });
  });

  it("answers at once where it can, and by a promise where the schema does", async () => {
    expect(checkSchema(z.string(), "x")).not.toBeInstanceOf(Promise);
    const result = checkSchema(
      schemaOf(async value => ({ value })),
      5,
    );
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toEqual({ value: 5 });
    const refused = checkSchema(
      schemaOf(async () => ({ issues: [{ message: "m" }] })),
      5,
    );
    expect(await refused).toEqual({ errors: [{ field: "", message: "m" }] });
  });

  it("throws or rejects as the schema does", async () => {
    const error = new RangeError("broken");
    const throws = schemaOf(() => {
      throw error;
    });
    expect(() => checkSchema(throws, 1)).toThrow(error);
    await expect(
      checkSchema(
        schemaOf(() => Promise.reject(error)),
        1,
      ),
    ).rejects.toBe(error);
  });
});

describe("isStandardSchema", () => {
  it("knows schemas, callable ones too, and nothing else", () => {
    const callable = Object.assign(
      () => 1,
      schemaOf(value => ({ value })),
    );
    for (const schema of [z.string(), v.string(), jsonSchema(true), callable]) {
      expect(isStandardSchema(schema)).toBe(true);
    }
    const no = [
      null,
      undefined,
      1,
      "x",
      {},
      [],
      () => 1,
      { "~standard": null },
      { "~standard": {} },
      { "~standard": 1 },
    ];
    for (const value of no) expect(isStandardSchema(value)).toBe(false);
  });
});
